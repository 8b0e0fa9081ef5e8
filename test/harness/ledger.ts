import { randomInt } from 'node:crypto';
import type { Person, Token } from './person.js';

/**
 * What becomes of a token: `changing` while a request that changes it is under way, `doubtful` when such a
 * request got no answer that says whether it was done.
 */
export type Fate = 'live' | 'changing' | 'doubtful' | 'deleted';

export interface Entry {
  readonly id: number;
  readonly name: string;
  readonly owner: Person;
  /** The newest that was handed out. */
  secret: string;
  /** Those before it: each was replaced by a rotation that was acknowledged. */
  readonly retired: string[];
  fate: Fate;
  /** Grows with every change of what is known, so that an answer can be told from one that was overtaken. */
  version: number;
}

/** What the service has acknowledged, and so must stand by. */
export class Ledger {
  readonly entries = new Map<number, Entry>();
  /** Names of tokens whose creation got no answer that says whether they exist. */
  readonly doubtfulNames = new Set<string>();
  /** Names of tokens that exist, as the service said, although the answer with their secret never came. */
  readonly promisedNames = new Set<string>();
  /** Acknowledged writes, by kind. */
  readonly acknowledged = { created: 0, rotated: 0, deleted: 0 };
  private readonly byFate: Record<Fate, Entry[]> = { live: [], changing: [], doubtful: [], deleted: [] };

  get writes(): number {
    const { created, rotated, deleted } = this.acknowledged;
    return created + rotated + deleted;
  }

  created(name: string, owner: Person, { id, secret }: Token): Entry {
    const entry: Entry = { id, name, owner, secret, retired: [], fate: 'live', version: 0 };
    this.entries.set(id, entry);
    this.byFate.live.push(entry);
    this.acknowledged.created += 1;
    return entry;
  }

  rotated(entry: Entry, { secret }: Token): void {
    entry.retired.push(entry.secret);
    entry.secret = secret;
    this.move(entry, 'live');
    this.acknowledged.rotated += 1;
  }

  deleted(entry: Entry): void {
    this.move(entry, 'deleted');
    this.acknowledged.deleted += 1;
  }

  /** Somebody is about to change it, or does not know whether they have. */
  move(entry: Entry, fate: Fate): void {
    const from = this.byFate[entry.fate];
    const last = from.pop();
    if (last !== undefined && last !== entry) from[from.indexOf(entry)] = last;
    this.byFate[fate].push(entry);
    entry.fate = fate;
    entry.version += 1;
  }

  count(fate: Fate): number {
    return this.byFate[fate].length;
  }

  /** One of those, whichever. */
  any(fate: Fate): Entry | undefined {
    const among = this.byFate[fate];
    return among.length === 0 ? undefined : among[randomInt(among.length)];
  }
}
