import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { execute, toDatetime } from '../../database/statement.js';

/** The newest use of a token. */
export interface Use {
  readonly id: number;
  readonly at: Date;
  /** Null if a proxy sent something that is no address. */
  readonly address: string | null;
  /** When the previous secret was last used; null if it was not. */
  readonly previousAt: Date | null;
}

/**
 * A stamp never goes back in time, whoever else writes. A use from before a rotation was made with the secret that is
 * now the previous one. No expression depends on the order of the assignments, because MySQL promises none.
 */
const STAMP = `
  SET last_used_at = CASE WHEN t.last_used_at > u.at THEN t.last_used_at ELSE u.at END,
      last_used_ip = CASE WHEN t.last_used_at > u.at THEN t.last_used_ip ELSE u.ip END,
      previous_secret_last_used_at = CASE
        WHEN u.at < t.rotated_at THEN u.at
        WHEN u.previous_at IS NULL OR t.previous_secret_last_used_at > u.previous_at
        THEN t.previous_secret_last_used_at
        ELSE u.previous_at END`;

const IS_NEWER = `
  (t.last_used_at IS NULL OR t.last_used_at < u.at
   OR u.previous_at > COALESCE(t.previous_secret_last_used_at, '1000-01-01 00:00:00.000'))`;

/**
 * Each engine has its own statement. SQLite is five times as fast with one JSON parameter as with a CASE for each row,
 * but not every server that speaks MySQL's protocol has JSON_TABLE.
 */
const STAMP_SQLITE = `
  UPDATE personal_access_tokens AS t ${STAMP}
  FROM (SELECT value->>0 AS id, value->>1 AS at, value->>2 AS ip, value->>3 AS previous_at
        FROM json_each(?)) AS u
  WHERE t.id = u.id AND ${IS_NEWER}`;

const STAMP_MYSQL = (count: number) => `
  UPDATE (SELECT ? AS id, ? AS at, ? AS ip, ? AS previous_at
          ${' UNION ALL SELECT ?, ?, ?, ?'.repeat(count - 1)}) u
  STRAIGHT_JOIN personal_access_tokens t ON t.id = u.id
  ${STAMP}
  WHERE ${IS_NEWER}`;

@Injectable()
export class LastUsedRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Writes uses in one statement. It never writes an older time, and never adds a row.
   * @param uses sorted by id, so that two writers cannot wait for each other
   */
  async stamp(uses: readonly Use[]): Promise<void> {
    const rows = uses.map(({ id, at, address, previousAt }) => [
      id,
      toDatetime(at),
      address,
      previousAt && toDatetime(previousAt),
    ]);
    if (this.dataSource.options.type === 'mysql')
      await execute(this.dataSource, STAMP_MYSQL(rows.length), rows.flat());
    else await execute(this.dataSource, STAMP_SQLITE, [JSON.stringify(rows)]);
  }
}
