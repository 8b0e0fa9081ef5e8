import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { deleteSome } from '../database/delete-some.js';
import { execute, patiently } from '../database/statement.js';
import { LONGEST_WINDOW_MS } from './policies.js';

export interface Count {
  readonly points: number;
  /** Until the count starts again from zero. */
  readonly msLeft: number;
}

interface Row {
  readonly points: number;
  readonly ms_left: string | number;
}

/** The clock of the database server, which all instances share. */
const SERVER_NOW = 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)';

/**
 * Milliseconds since the machine started. All processes that share a SQLite file share this clock, and nobody can set
 * it. After a restart of the machine, old counts seem to end late. Those that seem to end later than their window
 * allows are treated as ended.
 */
const machineNow = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/**
 * The counts of the shared limits. They do not use an instance's time of day, because it may jump. `LAST_INSERT_ID`
 * returns the count that this statement has written, whatever other statements have added since.
 */
@Injectable()
export class RateLimitRepository {
  private readonly mysql: boolean;

  constructor(private readonly dataSource: DataSource) {
    this.mysql = dataSource.options.type === 'mysql';
  }

  /** Adds to a count. If its window is over, a new count begins. */
  async add(name: string, points: number, windowMs: number): Promise<Count> {
    const first = Math.max(points, 0);
    if (!this.mysql) return this.addToFile(name, { first, points, windowMs });
    const over = `(ends_at <= ${SERVER_NOW} OR ends_at > ${SERVER_NOW} + ?)`;
    const { affected, insertId } = await execute(
      this.dataSource,
      `INSERT INTO rate_limits (name, points, ends_at) VALUES (?, ?, ${SERVER_NOW} + ?)
       ON DUPLICATE KEY UPDATE
         points = LAST_INSERT_ID(IF(${over}, ?, GREATEST(points + ?, 0))),
         ends_at = IF(${over}, ${SERVER_NOW} + ?, ends_at)`,
      [name, first, windowMs, windowMs, first, points, windowMs, windowMs],
    );
    if (affected === 1) return { points: first, msLeft: windowMs };
    const { msLeft = windowMs } = (await this.find(name, windowMs)) ?? {};
    return { points: insertId, msLeft };
  }

  /** @returns undefined if nothing was counted in the current window */
  async find(name: string, windowMs: number): Promise<Count | undefined> {
    const [now, ...at] = this.now();
    const rows = await this.dataSource.query<Row[]>(
      `SELECT points, ends_at - ${now} AS ms_left FROM rate_limits
       WHERE name = ? AND ends_at > ${now} AND ends_at <= ${now} + ?`,
      [...at, name, ...at, ...at, windowMs],
    );
    return rows[0] && countOf(rows[0]);
  }

  /** Sets a count, in a window that begins now. */
  async put(name: string, points: number, windowMs: number): Promise<Count> {
    const [now, ...at] = this.now();
    const onConflict = this.mysql ? 'ON DUPLICATE KEY UPDATE' : 'ON CONFLICT (name) DO UPDATE SET';
    const sql = `INSERT INTO rate_limits (name, points, ends_at) VALUES (?, ?, ${now} + ?)
      ${onConflict} points = ?, ends_at = ${now} + ?`;
    await execute(this.dataSource, sql, [name, points, ...at, windowMs, points, ...at, windowMs]);
    return { points, msLeft: windowMs };
  }

  async remove(name: string): Promise<boolean> {
    const { affected } = await execute(this.dataSource, 'DELETE FROM rate_limits WHERE name = ?', [name]);
    return affected > 0;
  }

  /** Removes some of the counts whose window is over. @returns 0 when none are left */
  deleteEnded(limit: number): Promise<number> {
    const [now, ...at] = this.now();
    const where = `(ends_at <= ${now} OR ends_at > ${now} + ?)`;
    const parameters = [...at, ...at, LONGEST_WINDOW_MS];
    const removal = { table: 'rate_limits', key: 'name', where, parameters };
    return deleteSome(this.dataSource, removal, limit);
  }

  private async addToFile(
    name: string,
    { first, points, windowMs }: { first: number; points: number; windowMs: number },
  ): Promise<Count> {
    const now = machineNow();
    const ends = now + windowMs;
    const over = '(ends_at <= ? OR ends_at > ?)';
    const [row] = await patiently(() =>
      this.dataSource.query<[Row]>(
        `INSERT INTO rate_limits (name, points, ends_at) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET
           points = iif(${over}, ?, max(points + ?, 0)),
           ends_at = iif(${over}, ?, ends_at)
         RETURNING points, ends_at - ? AS ms_left`,
        [name, first, ends, now, ends, first, points, now, ends, ends, now],
      ),
    );
    return countOf(row);
  }

  /** The present time as SQL, with the parameter for its question mark if it has one. */
  private now(): readonly [sql: string, ...parameters: number[]] {
    return this.mysql ? [SERVER_NOW] : ['?', machineNow()];
  }
}

const countOf = ({ points, ms_left }: Row): Count => ({ points, msLeft: Number(ms_left) });
