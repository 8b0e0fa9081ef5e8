import { createHash } from 'node:crypto';
import Sqlite from 'libsql';
import { createConnection } from 'mysql2/promise';
import type { Entry, Ledger } from './ledger.js';

/** A token as the database has it. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly secret_hash: string;
}

const SELECT = 'SELECT id, name, secret_hash FROM personal_access_tokens';

/** What the database holds, read past the service. */
export async function readTokens(databaseUrl: string): Promise<readonly Row[]> {
  if (databaseUrl.startsWith('sqlite:')) {
    const file = new Sqlite(databaseUrl.slice('sqlite:'.length));
    const rows = file.prepare(SELECT).all() as Row[];
    file.close();
    return rows;
  }
  const connection = await createConnection(databaseUrl);
  const [rows] = await connection.query(SELECT);
  await connection.end();
  return rows as Row[];
}

/** The ledger beside the database. What it names must be nothing. */
export interface Comparison {
  /** Tokens and secrets that were acknowledged, and that the database knows nothing of. */
  readonly lost: readonly string[];
  /** Tokens that are there twice for one request. */
  readonly doubled: readonly string[];
  /** Tokens that are there although their deletion was acknowledged. */
  readonly revived: readonly string[];
  /** Tokens that nobody asked for. */
  readonly unasked: readonly string[];
  /** What each token of the ledger must be answered with now. */
  readonly expected: ReadonlyMap<Entry, 200 | 401>;
}

/** @param rows all tokens there are, when nothing is under way any more */
export function compare(ledger: Ledger, rows: readonly Row[]): Comparison {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lost: string[] = [];
  const revived: string[] = [];
  const expected = new Map<Entry, 200 | 401>();
  for (const entry of ledger.entries.values()) {
    const row = byId.get(entry.id);
    const holds = row?.secret_hash === sha256(entry.secret);
    if (entry.fate === 'live' && row === undefined) lost.push(`token ${entry.id} was created`);
    else if (entry.fate === 'live' && !holds) lost.push(`token ${entry.id} got its newest secret`);
    if (entry.fate === 'deleted' && row !== undefined) revived.push(`token ${entry.id} was deleted`);
    expected.set(entry, holds && entry.fate !== 'deleted' ? 200 : 401);
  }
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const name of ledger.promisedNames) {
    if (!counts.has(name)) lost.push(`token "${name}" exists, said the answer to the second attempt`);
  }
  const names = new Set([...ledger.entries.values()].map(({ name }) => name));
  const isKnown = (name: string) =>
    names.has(name) || ledger.doubtfulNames.has(name) || ledger.promisedNames.has(name);
  const doubled = [...counts].filter(([name, count]) => count > 1 && isKnown(name)).map(([name]) => name);
  const unasked = rows.filter(({ name }) => !isKnown(name)).map(({ id, name }) => `token ${id}, "${name}"`);
  return { lost, doubled, revived, unasked, expected };
}

/** Worked out here once more, lest the service's own mistake go unseen. */
const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');
