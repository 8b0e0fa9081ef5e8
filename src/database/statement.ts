import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { isDeadlock } from './database-errors.js';

const DEADLOCK_ATTEMPTS = 5;

export interface StatementResult {
  /** Rows inserted, changed or deleted. */
  readonly affected: number;
  /** The new row's id; meaningless unless this statement inserted one. */
  readonly insertId: number;
}

/** What mysql2 says of a writing statement; SQLite gives the last row id of its connection. */
type RawResult = { readonly insertId: number } | number | bigint;

/** Runs one writing statement of plain SQL; a deadlock, which rolled it back whole, is tried again. */
export async function execute(
  dataSource: DataSource,
  sql: string,
  parameters: readonly unknown[],
): Promise<StatementResult> {
  for (let attempt = 1; ; attempt += 1) {
    const runner = dataSource.createQueryRunner();
    try {
      const result = await runner.query(sql, [...parameters], true);
      const raw = result.raw as RawResult;
      return {
        affected: result.affected ?? 0,
        insertId: Number(typeof raw === 'object' ? raw.insertId : raw),
      };
    } catch (error) {
      if (attempt === DEADLOCK_ATTEMPTS || !isDeadlock(error)) throw error;
    } finally {
      await runner.release();
    }
    await delay(attempt * 10 * Math.random());
  }
}
