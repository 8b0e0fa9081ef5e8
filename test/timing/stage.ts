import { randomBytes, randomInt } from 'node:crypto';
import { createDatabase, type Engine } from '../support/database.js';
import { Connections } from '../harness/connections.js';
import { expectSuccess, Person } from '../harness/person.js';
import { ORIGIN, ServiceProcess } from '../harness/service.js';

/** Tokens of each kind, so that a stamp or a page of one of them decides nothing. */
const TOKENS = 20;
/** Accounts of each kind: each sign-in counts against a limit of its account. */
const ACCOUNTS = 20;
const EXPIRES_IN_MS = 2000;

/** A service with what there is to be found out: tokens that are live, expired and deleted; accounts. */
export interface Stage {
  readonly url: string;
  readonly live: readonly number[];
  readonly expired: readonly number[];
  readonly deleted: readonly number[];
  /** Ids right after the last there is. */
  readonly unknown: readonly number[];
  readonly known: readonly string[];
  readonly strangers: readonly string[];
  stop(): Promise<void>;
}

export async function setStage(engine: Engine): Promise<Stage> {
  const database = await createDatabase(engine);
  const service = await ServiceProcess.start({
    DATABASE_URL: database.url,
    PUBLIC_URL: ORIGIN,
    REGISTRATION: 'open',
    TRUST_PROXY: '127.0.0.1',
  });
  const stop = async (): Promise<void> => {
    await service.stop();
    await database.drop();
  };
  try {
    return { ...(await fill(service.url)), url: service.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An address nobody has come from: limits by address are not what is measured. All are as long. */
export const newAddress = (): string =>
  `10.${randomInt(100, 256)}.${randomInt(100, 256)}.${randomInt(100, 256)}`;

const newEmail = (): string => `${randomBytes(8).toString('hex')}@example.com`;

async function fill(url: string): Promise<Omit<Stage, 'url' | 'stop'>> {
  const connections = new Connections(url);
  const known = Array.from({ length: ACCOUNTS }, newEmail);
  const [person] = await inTurn(known, (email) => Person.signUp(connections, email));
  if (person === undefined) throw new Error('There is nobody.');

  const tokens = Array.from({ length: TOKENS });
  const create = async (wish?: Readonly<Record<string, unknown>>): Promise<number> =>
    (await person.token(wish)).id;
  const expiresAt = Date.now() + EXPIRES_IN_MS;
  const expired = await inTurn(tokens, () => create({ expires_at: new Date(expiresAt).toISOString() }));
  const deleted = await inTurn(tokens, () => create());
  for (const id of deleted) expectSuccess(await person.delete(id));
  const live = await inTurn(tokens, () => create());
  connections.close();
  await new Promise((resolve) => setTimeout(resolve, expiresAt - Date.now()));

  const last = Math.max(...live);
  const unknown = tokens.map((_, at) => last + 1 + at);
  return { known, strangers: Array.from({ length: ACCOUNTS }, newEmail), expired, deleted, live, unknown };
}

async function inTurn<From, T>(from: readonly From[], make: (one: From) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (const one of from) made.push(await make(one));
  return made;
}
