import { randomInt } from 'node:crypto';
import { mintSecret } from '../../src/tokens/verification/token-secret.js';
import type { Connections } from './connections.js';
import type { Judge } from './judge.js';
import type { Entry, Ledger } from './ledger.js';

/** A token to present, and what must become of it. */
interface Presented {
  readonly id: number;
  readonly secret: string;
  readonly expected: 200 | 401 | undefined;
  /** Whose fate the expectation hangs on. */
  readonly entry?: Entry;
}

/** Far beyond any id that is given out. */
const UNKNOWN_ID = 4_000_000_000;

/** A gateway, and an API with a guard of its own. */
const PATHS = ['/v1/verify', '/v1/current_user'];

/** Asks about tokens: good ones, and all kinds of bad ones. */
export class Verifier {
  constructor(
    private readonly connections: Connections,
    private readonly ledger: Ledger,
    readonly judge: Judge,
  ) {}

  /** One request about one token. */
  async verify(): Promise<void> {
    await this.present(this.choose());
  }

  /** Presents a token's newest secret, and the one before it. */
  async check(entry: Entry, expected: 200 | 401): Promise<void> {
    await this.present({ ...good(entry), expected });
    const last = entry.retired.at(-1);
    if (last !== undefined) await this.present({ ...good(entry), secret: last, expected: 401 });
  }

  private async present({ id, secret, expected, entry }: Presented): Promise<void> {
    const { version, fate } = entry ?? {};
    const path = PATHS[randomInt(PATHS.length)] ?? '';
    const outcome = await this.connections.ask({ path, token: `${id}|${secret}` });
    const overtaken = entry !== undefined && entry.version !== version;
    // What was deleted before the question was asked stays deleted.
    const isSure = !overtaken || fate === 'deleted';
    this.judge.verification(outcome, isSure ? expected : undefined, id);
  }

  private choose(): Presented {
    const live = this.ledger.any('live');
    const gone = this.ledger.any('deleted');
    const doubtful = this.ledger.any('doubtful');
    const which = randomInt(10);
    const secret = () => mintSecret('').secret;
    if (which === 0) return { id: UNKNOWN_ID + randomInt(1000), secret: secret(), expected: 401 };
    if (which <= 2 && gone) return { ...good(gone), expected: 401 };
    if (doubtful && (which === 3 || live === undefined)) return { ...good(doubtful), expected: undefined };
    if (live === undefined) return { id: UNKNOWN_ID, secret: secret(), expected: 401 };
    if (which === 4) return { id: live.id, secret: secret(), expected: 401 };
    const retired = live.retired.at(-1);
    if (which === 5 && retired !== undefined) return { id: live.id, secret: retired, expected: 401 };
    return good(live);
  }
}

const good = (entry: Entry): Presented => ({ id: entry.id, secret: entry.secret, expected: 200, entry });
