import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the operator's command line, from the build that `npm test` begins with. */
export async function runCli(databaseUrl: string, ...args: string[]): Promise<CommandResult> {
  // The service's own settings, of which a command must not wait for the last.
  const settings = { NODE_ENV: 'test', DATABASE_URL: databaseUrl, SHUTDOWN_DELAY_MS: '60000' };
  const env = { PATH: process.env.PATH, ...settings };
  const child = spawn(process.execPath, ['dist/cli.js', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Whose token it is that `introspectorToken` makes. */
export const INTROSPECTOR = 'projects-api@example.com';

/** A token that may introspect, made as an operator makes it. */
export async function introspectorToken(databaseUrl: string): Promise<string> {
  const account = ['--service', '--name', 'Projects API', '--email', INTROSPECTOR];
  await outputOf(databaseUrl, 'users:create', ...account);
  return serviceToken(databaseUrl, 'tokens:introspect');
}

/** Another token of the same account. */
export const serviceToken = (databaseUrl: string, scope: string): Promise<string> =>
  outputOf(databaseUrl, 'tokens:create', '--user', INTROSPECTOR, '--name', 'Checks', '--scope', scope);

/** @throws Error where the command fails */
async function outputOf(databaseUrl: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(databaseUrl, ...args);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout.trim();
}
