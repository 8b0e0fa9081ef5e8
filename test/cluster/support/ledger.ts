import { digest } from '../../../src/common/digest.js';
import type { GaleraNode } from '../../harness/galera-node.js';

/** What was answered: done, or nobody knows (503, or no answer). */
export type Outcome = 'acknowledged' | 'unknown';

/** A token by the unique name it was asked for with, and what became of it as far as clients were told. */
export interface Entry {
  readonly mark: string;
  created: Outcome;
  /** The newest secret that was handed out; undefined where none was. */
  token?: string;
  rotated?: Outcome;
  deleted?: Outcome;
}

/** What must be nothing. */
export interface Discrepancies {
  /** Created or rotated, said the answer; the database does not know. */
  readonly lost: string[];
  /** More than one token for one request. */
  readonly doubled: string[];
  /** Deleted, said the answer; still there. */
  readonly revived: string[];
}

interface Row {
  readonly name: string;
  readonly secret_hash: string;
}

/** Everything that clients were told, to be held against the database. */
export class Ledger {
  private readonly entries: Entry[] = [];

  add(entry: Entry): Entry {
    this.entries.push(entry);
    return entry;
  }

  /** How many writes were acknowledged. */
  get acknowledged(): number {
    return this.entries
      .flatMap(({ created, rotated, deleted }) => [created, rotated, deleted])
      .filter((outcome) => outcome === 'acknowledged').length;
  }

  /** Tokens that must be good. */
  get good(): string[] {
    return this.entries.filter((entry) => entry.deleted === undefined && isSettled(entry)).map(tokenOf);
  }

  /** Tokens that must not be. */
  get deleted(): string[] {
    return this.entries.filter((entry) => entry.deleted === 'acknowledged').map(tokenOf);
  }

  /** Holds it against what one node has. */
  async compare(node: GaleraNode, database: string): Promise<Discrepancies> {
    const rows = await node.query<Row>(`SELECT name, secret_hash FROM ${database}.personal_access_tokens`);
    const found = new Map<string, Row[]>();
    for (const row of rows) found.set(row.name, [...(found.get(row.name) ?? []), row]);
    const lost: string[] = [];
    const doubled: string[] = [];
    const revived: string[] = [];
    for (const entry of this.entries) {
      const { mark, created, deleted } = entry;
      const [row, ...more] = found.get(mark) ?? [];
      if (more.length > 0) doubled.push(mark);
      if (deleted === 'acknowledged' && row !== undefined) revived.push(mark);
      if (created !== 'acknowledged' || deleted !== undefined) continue;
      const secret = tokenOf(entry).split('|')[1] ?? '';
      if (row === undefined || (isSettled(entry) && row.secret_hash !== digest(secret))) lost.push(mark);
    }
    return { lost, doubled, revived };
  }
}

/** Whether it is known which secret counts. */
const isSettled = ({ token, rotated }: Entry): boolean => token !== undefined && rotated !== 'unknown';

const tokenOf = ({ token }: Entry): string => token ?? '';
