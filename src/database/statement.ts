import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { isContention } from './database-errors.js';

/** Plain SQL: how a statement is run, and how it writes and reads a timestamp. */

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

/** @param value a text from SQLite, or a Date from mysql2 */
export const fromDatetime = (value: string | Date): Date =>
  value instanceof Date ? value : new Date(`${value.replace(' ', 'T')}Z`);
