import { randomInt } from 'node:crypto';
import { mintSecret } from '../../src/tokens/verification/token-secret.js';
import type { Connection } from './connection.js';
import { newAddress, type Stage } from './stage.js';
import type { Samples } from '../harness/statistics.js';

/** Something a stranger may ask, of several kinds that must take as long as each other. */
export interface Question {
  readonly name: string;
  readonly kinds: Readonly<Record<string, Ask>>;
  /** How often each kind is asked. */
  readonly samples: number;
}

type Ask = (connection: Connection) => Promise<number>;

/** By kind. */
export type Timed = Readonly<Record<string, Samples>>;

const WRONG_PASSWORD = 'a canary sings in the gold mine';
/** Before anything counts, so that the service's code is compiled and its caches are full. */
const WARM_UP = 0.1;

export function questionsOf(stage: Stage, counts: { samples: number; signIns: number }): Question[] {
  const tokens = (path: string): Question => ({
    name: `GET ${path}`,
    samples: counts.samples,
    kinds: {
      unknown: (connection) => presentWrong(connection, path, stage.unknown),
      deleted: (connection) => presentWrong(connection, path, stage.deleted),
      'wrong secret, live': (connection) => presentWrong(connection, path, stage.live),
      'wrong secret, expired': (connection) => presentWrong(connection, path, stage.expired),
    },
  });
  return [
    tokens('/v1/current_user'),
    tokens('/v1/verify'),
    {
      name: 'POST /v1/auth/login',
      samples: counts.signIns,
      kinds: {
        'unknown address': (connection) => signInWrongly(connection, stage.strangers),
        'known address': (connection) => signInWrongly(connection, stage.known),
      },
    },
  ];
}

/** Asks all kinds in blocks, each once in a block, in an order drawn anew: what drifts, drifts for all of them. */
export async function timeAll({ kinds, samples }: Question, connection: Connection): Promise<Timed> {
  const timed = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
  for (let block = Math.ceil(-WARM_UP * samples); block < samples; block += 1) {
    for (const [kind, ask] of shuffled(Object.entries(kinds))) {
      const took = await ask(connection);
      if (block >= 0) timed[kind]?.push(took);
    }
  }
  return timed;
}

/** A secret of the right form that nothing has, another one each time. */
function presentWrong(connection: Connection, path: string, ids: readonly number[]): Promise<number> {
  const authorization = `Authorization: Bearer ${pick(ids)}|${mintSecret('').secret}`;
  return connection.time([`GET ${path} HTTP/1.1`, authorization, forwarded()], '', 401);
}

function signInWrongly(connection: Connection, emails: readonly string[]): Promise<number> {
  const head = ['POST /v1/auth/login HTTP/1.1', 'Content-Type: application/json', forwarded()];
  return connection.time(head, JSON.stringify({ email: pick(emails), password: WRONG_PASSWORD }), 401);
}

const forwarded = (): string => `X-Forwarded-For: ${newAddress()}`;

function pick<T>(among: readonly T[]): T {
  return among[randomInt(among.length)] as T;
}

function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(randomInt(left.length), 1)[0] as T);
}
