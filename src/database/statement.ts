import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Metrics } from '../metrics/metrics.js';
import { isContention, isDatabaseAway, isUniqueViolation } from './database-errors.js';

/** Plain SQL: how a statement is run, and how it writes and reads a timestamp. */

/** How long a statement that others stand in the way of is tried again. */
const PATIENCE_MS = 5000;
const LONGEST_PAUSE_MS = 100;

export interface StatementResult {
  /** Rows inserted, changed or deleted. */
  readonly affected: number;
  /** The new row's id; meaningless unless this statement inserted one. */
  readonly insertId: number;
}

/** What mysql2 says of a writing statement; SQLite gives the last row id of its connection. */
type RawResult = { readonly insertId: number } | number | bigint;

/** Runs one writing statement of plain SQL, patiently. */
export function execute(
  dataSource: DataSource,
  sql: string,
  parameters: readonly unknown[],
): Promise<StatementResult> {
  return patiently(async () => {
    const runner = dataSource.createQueryRunner();
    try {
      const result = await runner.query(sql, [...parameters], true);
      const raw = result.raw as RawResult;
      return {
        affected: result.affected ?? 0,
        insertId: Number(typeof raw === 'object' ? raw.insertId : raw),
      };
    } finally {
      await runner.release();
    }
  });
}

/**
 * Tries again what a deadlock or another writer of the SQLite file has prevented whole.
 * @param write one statement, so that a failed attempt has changed nothing
 */
export async function patiently<T>(write: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      if (performance.now() > giveUpAt || !isContention(error)) throw error;
    }
    await delay(pause * (0.5 + Math.random()));
  }
}

/** How a timestamp is written: `2026-11-23 16:25:33.787`, UTC, on both engines. */
export const toDatetime = (date: Date): string => date.toISOString().slice(0, 23).replace('T', ' ');

/** @param value what the driver returned: text from SQLite, a Date from mysql2 */
export const fromDatetime = (value: string | Date): Date =>
  value instanceof Date ? value : new Date(`${value.replace(' ', 'T')}Z`);

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

/** Runs a statement, and throws what it throws. */
type Watch = <T>(statement: () => Promise<T>, sql: string) => Promise<T>;

/**
 * Sees every statement of a data source, whoever sends it: repositories, query builders, transactions and migrations
 * all ask for a query runner, and call its `query`. TypeORM's own logger and subscribers only hear of a statement:
 * a span has to go around it.
 */
export function watchStatements(dataSource: DataSource, watch: Watch): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  // SQLite has one runner for all.
  const watched = new WeakSet<QueryRunner>();
  dataSource.createQueryRunner = (mode) => {
    const runner = create(mode);
    if (!watched.has(runner)) {
      watched.add(runner);
      const query = runner.query.bind(runner) as Query;
      runner.query = ((...given: Parameters<Query>) =>
        watch(() => query(...given), given[0])) as typeof runner.query;
    }
    return runner;
  };
}

export const countStatements =
  (metrics: Metrics): Watch =>
  async (statement) => {
    const startedAt = performance.now();
    try {
      const result = await statement();
      metrics.statements.ok.add();
      return result;
    } catch (error) {
      metrics.statements[outcomeOf(error)].add();
      throw error;
    } finally {
      metrics.statementSeconds.observe((performance.now() - startedAt) / 1000);
    }
  };

function outcomeOf(error: unknown): Exclude<keyof Metrics['statements'], 'ok'> {
  if (isUniqueViolation(error)) return 'duplicate';
  if (isContention(error)) return 'contention';
  return isDatabaseAway(error) ? 'away' : 'failed';
}
