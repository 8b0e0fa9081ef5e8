import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Metrics } from '../metrics/metrics.js';
import { isContention, isDatabaseAway, isUniqueViolation } from './database-errors.js';

/** Plain SQL: how a statement is run, and how it writes and reads what a column holds. */

/** How long a statement is tried again while other writers are in the way. */
const PATIENCE_MS = 5000;
const LONGEST_PAUSE_MS = 100;

export interface StatementResult {
  /** Rows inserted, changed or deleted. */
  readonly affected: number;
  /** The id of the new row. It means nothing if the statement inserted none. */
  readonly insertId: number;
}

/** mysql2's answer to a write. For SQLite, it is the last row id of the connection. */
type RawResult = { readonly insertId: number } | number | bigint;

/** Runs one write in plain SQL, and tries again as `patiently` does. */
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
 * Tries a write again that met a deadlock or another writer of the SQLite file.
 * @param write one statement only, so that a failed attempt has changed nothing
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

/** The text of a timestamp, on both engines: `2026-11-23 16:25:33.787`, in UTC. */
export const toDatetime = (date: Date): string => date.toISOString().slice(0, 23).replace('T', ' ');

/**
 * @param value a text from SQLite, or a Date from mysql2
 * @returns for what is no time, the beginning of 1970: what ends then is over
 */
export function fromDatetime(value: unknown): Date {
  const date =
    value instanceof Date ? value : new Date(typeof value === 'string' ? `${value.replace(' ', 'T')}Z` : NaN);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

/** @returns undefined unless the text is a JSON list of texts */
export function listOf(json: unknown): string[] | undefined {
  if (typeof json !== 'string') return undefined;
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

/** Runs a statement, and throws what it throws. */
type Watch = <T>(statement: () => Promise<T>, sql: string) => Promise<T>;

/**
 * Watches every statement of a data source. Repositories, query builders, transactions and migrations all use a query
 * runner and call its `query`, which is replaced. TypeORM's logger and subscribers are not enough: they only hear of a
 * statement, but a span must be around it.
 */
export function watchStatements(dataSource: DataSource, watch: Watch): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  // SQLite has one runner, which is handed out again and again.
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
