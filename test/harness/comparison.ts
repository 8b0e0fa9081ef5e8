import { createHash } from 'node:crypto';
import type { Entry, Ledger } from './ledger.js';
import type { Row } from './rows.js';

/** The ledger beside the database. */
export interface Comparison {
  /** Acknowledged writes that the database knows nothing of. */
  readonly lost: readonly string[];
  /** Tokens that are there although nobody asked for them, or asked for one. */
  readonly surplus: readonly string[];
  /** What each token of the ledger must be answered with now. */
  readonly expected: ReadonlyMap<Entry, 200 | 401>;
}

/** @param rows all tokens there are, when nothing is under way any more */
export function compare(ledger: Ledger, rows: readonly Row[]): Comparison {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lost: string[] = [];
  const expected = new Map<Entry, 200 | 401>();
  for (const entry of ledger.entries.values()) {
    const row = byId.get(entry.id);
    const holds = row?.secret_hash === sha256(entry.secret);
    if (entry.fate === 'live' && row === undefined) lost.push(`token ${entry.id} was created`);
    else if (entry.fate === 'live' && !holds) lost.push(`token ${entry.id} got its newest secret`);
    if (entry.fate === 'deleted' && row !== undefined) lost.push(`token ${entry.id} was deleted`);
    expected.set(entry, holds && entry.fate !== 'deleted' ? 200 : 401);
  }
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const name of ledger.promisedNames) {
    if (!counts.has(name)) lost.push(`token "${name}" exists, said the answer to the second attempt`);
  }
  const surplus = [...counts].filter(([, count]) => count > 1).map(([name]) => `"${name}" was made twice`);
  for (const { id, name } of rows) {
    const isKnown =
      ledger.entries.has(id) || ledger.doubtfulNames.has(name) || ledger.promisedNames.has(name);
    if (!isKnown) surplus.push(`nobody asked for token ${id}, "${name}"`);
  }
  return { lost, surplus, expected };
}

/** Worked out here once more, lest the service's own mistake go unseen. */
const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');
