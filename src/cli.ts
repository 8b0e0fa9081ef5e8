/** `npm run cli`: the commands of an operator. They work on the database, not through HTTP (docs/operations.md). */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { isEmail } from 'class-validator';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { createLogger, PinoNestLogger } from './http/logger.js';
import { AppModule } from './app.module.js';
import { parseId } from './common/id.js';
import { Problem } from './common/problem.js';
import { nameFault } from './common/text.js';
import { settingsOrExit } from './config/environment.js';
import { DatabaseConnection } from './database/database-connection.js';
import { OperatorTokens } from './tokens/operator-tokens.js';
import { UsersService } from './users/users.service.js';

type Rooms = Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;

const write = (line: string) => process.stdout.write(`${line}\n`);
/** Goes to stderr, because scripts read stdout. */
const note = (line: string) => process.stderr.write(`${line}\n`);

/** Does some work with the services of the application. An error becomes a line on stderr and exit code 1. */
async function withRooms(work: (rooms: Rooms) => Promise<void>): Promise<void> {
  // The delay is for requests, and nobody sends any here.
  const settings = settingsOrExit({ SHUTDOWN_DELAY_MS: '0' });
  settings.warnings.forEach(note);
  const logger = createLogger(settings, pino.destination({ dest: 2, sync: true }));
  logger.level = 'error';
  try {
    const rooms = await NestFactory.createApplicationContext(AppModule.forRoot(settings), {
      abortOnError: false,
      logger: new PinoNestLogger(logger),
    });
    try {
      await rooms.get(DatabaseConnection).ping();
      await work(rooms);
    } finally {
      await rooms.close();
    }
  } catch (error) {
    const lines = error instanceof Problem ? (error.errors ?? [error]) : [{ detail: String(error) }];
    for (const { detail } of lines) note(detail);
    process.exitCode = 1;
  }
}

function email(text: string): string {
  if (isEmail(text)) return text;
  throw new InvalidArgumentError('It must be an email address.');
}

function name(text: string): string {
  const fault = nameFault('Name', text);
  if (fault === undefined) return text.trim();
  throw new InvalidArgumentError(fault);
}

function tokenId(text: string): number {
  const id = parseId(text);
  if (id !== undefined) return id;
  throw new InvalidArgumentError('It must be the number before the bar of the token.');
}

/** The options of `tokens:create`. */
interface NewToken {
  readonly user: string;
  readonly name: string;
  readonly scope?: string[];
  readonly expiresAt?: string;
  readonly cidr?: string[];
  readonly rateLimit?: number;
}

const program = new Command('npm run cli --')
  .description("What an operator does. It works on the service's database, and needs no running service.")
  .showHelpAfterError('(add --help for what there is)');

program
  .command('users:create')
  .description('make an account for a service: it has tokens, and nobody signs in to it')
  .requiredOption('--service', 'that it is for a service; people sign up themselves')
  .requiredOption('--name <name>', 'what it is called, such as "Projects API"', name)
  .requiredOption('--email <address>', 'whom to ask about it; no two accounts have the same', email)
  .action((given: { name: string; email: string }) =>
    withRooms(async (rooms) => {
      const user = await rooms.get(UsersService).createService(given);
      write(`Service account ${user.id}, ${user.email}`);
    }),
  );

program
  .command('tokens:create')
  .description('make a token for an account; its secret is printed this once')
  .requiredOption('--user <address>', 'the email address of the account', email)
  .requiredOption('--name <name>', 'what the token is for')
  .option('--scope <scope...>', 'what it may do; left out: everything, but not tokens:introspect')
  .option('--expires-at <time>', 'when it ends, such as 2030-01-31T12:00:00Z; left out: never')
  .option('--cidr <range...>', 'where it may be used from; left out: anywhere')
  .option('--rate-limit <requests>', 'how many requests a minute it is good for; left out: no limit', Number)
  .action((given: NewToken) =>
    withRooms(async (rooms) => {
      const { user, name, scope: scopes, expiresAt, cidr: allowedCidrs, rateLimit } = given;
      const wish = { name, scopes, expiresAt, allowedCidrs, rateLimit };
      const { plainText } = await rooms.get(OperatorTokens).create(user, wish);
      write(plainText);
      note('Save it now: it is shown only this once.');
    }),
  );

program
  .command('tokens:delete')
  .description('delete a token, and what it made')
  .requiredOption('--user <address>', 'the email address of the account', email)
  .requiredOption('--id <id>', 'the number before the bar', tokenId)
  .action(({ user, id }: { user: string; id: number }) =>
    withRooms(async (rooms) => {
      await rooms.get(OperatorTokens).delete(user, id);
      write(`Token ${id} is deleted: no instance accepts it any more.`);
    }),
  );

await program.parseAsync();
