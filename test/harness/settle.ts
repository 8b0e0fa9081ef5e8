import { expect } from '@jest/globals';
import { compare, readTokens } from './comparison.js';
import { Connections } from './connections.js';
import { figuresOf, type Figures, report } from './figures.js';
import { type Deadlines, Judge } from './judge.js';
import type { Entry, Ledger } from './ledger.js';
import { Verifier } from './verifier.js';

const CHECKED_AT_ONCE = 32;

export interface Account {
  readonly scenario: string;
  readonly ledger: Ledger;
  /** Of all that was answered. */
  readonly judge: Judge;
  /** Where the service is asked about every token. */
  readonly url: string;
  /** Each of which must have what was acknowledged. */
  readonly databaseUrls: readonly string[];
  readonly deadlines?: Deadlines;
  /** Whether others have made tokens there, too. */
  readonly isShared?: boolean;
  /** What this scenario has to say besides. */
  readonly more?: Figures;
}

/** Compares the ledger with the databases, and with what the service says of every token. Prints what it found. */
export async function settle(account: Account): Promise<void> {
  const { scenario, ledger, judge, url, databaseUrls, deadlines, isShared = false, more } = account;
  const found = await Promise.all(
    databaseUrls.map(async (databaseUrl) => compare(ledger, await readTokens(databaseUrl))),
  );
  const last = new Judge(deadlines);
  const connections = new Connections(url);
  const verifier = new Verifier(connections, ledger, last);
  const work = (found[0]?.expected ?? new Map<Entry, 200 | 401>()).entries();
  const check = async (): Promise<void> => {
    for (const [entry, status] of work) await verifier.check(entry, status);
  };
  await Promise.all(Array.from({ length: CHECKED_AT_ONCE }, check));
  connections.close();
  const all = (what: 'lost' | 'doubled' | 'revived' | 'unasked') => [
    ...new Set(found.flatMap((comparison) => comparison[what])),
  ];
  report(scenario, {
    ...more,
    ...figuresOf(judge, ledger),
    lost: all('lost').length,
    doubled: all('doubled').length,
    'back after their deletion': all('revived').length,
  });
  expect([all('lost'), all('doubled'), all('revived')]).toEqual([[], [], []]);
  if (!isShared) expect(all('unasked')).toEqual([]);
  expect(judge.violations).toEqual([]);
  expect(last.violations).toEqual([]);
  expect(last.verifications.unavailable).toBe(0);
  expect(ledger.writes).toBeGreaterThan(0);
}
