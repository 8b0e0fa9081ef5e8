import { randomBytes, randomInt } from 'node:crypto';
import { createDatabase, type Engine } from '../support/database.js';
import { ServiceProcess } from '../harness/service.js';

const PASSWORD = 'a canary sings in the coal mine';
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
  const known = await inTurn(ACCOUNTS, async () => {
    const email = newEmail();
    await ask(url, 'POST', '/v1/auth/register', {}, { name: 'Somebody', email, password: PASSWORD });
    return email;
  });
  const login = await ask(url, 'POST', '/v1/auth/login', {}, { email: known[0], password: PASSWORD });
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';

  const create = async (more: object = {}): Promise<number> => {
    const body = { token_name: 'Timed', ...more };
    const answer = await ask(url, 'POST', '/v1/current_user/tokens/create', { cookie }, body);
    const { token } = (await answer.json()) as { token: string };
    return Number(token.split('|')[0]);
  };
  const expiresAt = Date.now() + EXPIRES_IN_MS;
  const expired = await inTurn(TOKENS, () => create({ expires_at: new Date(expiresAt).toISOString() }));
  const deleted = await inTurn(TOKENS, () => create());
  for (const id of deleted) await ask(url, 'DELETE', `/v1/current_user/tokens/${id}`, { cookie });
  const live = await inTurn(TOKENS, () => create());
  await new Promise((resolve) => setTimeout(resolve, expiresAt - Date.now()));

  const last = Math.max(...live);
  const unknown = Array.from({ length: TOKENS }, (_, at) => last + 1 + at);
  return { known, strangers: Array.from({ length: ACCOUNTS }, newEmail), expired, deleted, live, unknown };
}

async function inTurn<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
}

async function ask(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Response> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      'X-Forwarded-For': newAddress(),
      Origin: url,
      'Sec-Fetch-Site': 'same-origin',
      ...headers,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
