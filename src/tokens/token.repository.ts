import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { fromDatetime, toDatetime } from '../database/datetime.js';
import { deleteSome } from '../database/delete-some.js';
import { execute } from '../database/statement.js';
import type { UserProfile } from '../users/user.js';
import { PersonalAccessToken } from './token.entity.js';
import type { Rights } from './token-limits.js';
import type { Parent } from './token-tree.repository.js';

export interface NewTokenRow extends Rights {
  readonly userId: number;
  readonly name: string;
  readonly secretHash: string;
  readonly createdAt: Date;
  /** Undefined for a token that a person makes. */
  readonly parent: Parent | undefined;
}

/** What verification needs of a token and its user. */
export interface StoredToken {
  readonly id: number;
  readonly name: string;
  readonly secretHash: string;
  /** JSON, not read yet: a row that was spoilt by hand must not fail those that travel with it. */
  readonly scopes: string;
  readonly allowedCidrs: string | null;
  readonly expiresAt: Date | null;
  readonly user: UserProfile;
  readonly userDisabled: boolean;
}

/** A use of a token. */
export interface Use {
  readonly id: number;
  readonly at: Date;
  /** Null where a proxy named something else. */
  readonly address: string | null;
}

interface StoredRow {
  readonly id: number | string;
  readonly token_name: string;
  readonly secret_hash: string;
  readonly scopes: string;
  readonly allowed_cidrs: string | null;
  readonly expires_at: string | Date | null;
  readonly user_id: number | string;
  readonly name: string;
  readonly email: string;
  readonly created_at: string | Date;
  readonly disabled_at: string | Date | null;
}

const FIND_STORED = (count: number) => `
  SELECT t.id, t.secret_hash, t.scopes, t.allowed_cidrs, t.expires_at,
         t.name AS token_name, t.user_id, u.name, u.email, u.created_at, u.disabled_at
  FROM personal_access_tokens t JOIN users u ON u.id = t.user_id
  WHERE t.id IN (${Array<string>(count).fill('?').join(',')})`;

/**
 * Counts and inserts in one statement. On MySQL it locks the user's row first, so that parallel ones take
 * turns; in SQLite there is only ever one writer.
 */
const INSERT_BELOW_LIMIT = `
  INSERT INTO personal_access_tokens
    (user_id, parent_id, name, secret_hash, scopes, expires_at, allowed_cidrs, created_at)
  SELECT u.id, ?, ?, ?, ?, ?, ?, ? FROM users u
  WHERE u.id = ? AND (SELECT COUNT(*) FROM personal_access_tokens t WHERE t.user_id = u.id) < ?`;

/** The parent is there, with the ranges that its child was measured by; the rest of it never changes. */
const AND_PARENT_STANDS = `
    AND EXISTS (SELECT 1 FROM personal_access_tokens p
      WHERE p.id = ? AND p.user_id = u.id AND COALESCE(p.allowed_cidrs, '') = ?)`;

/**
 * Two dialects, for no one way serves both: SQLite writes rows from one JSON parameter five times as fast as
 * from a CASE for each, and not every server of MySQL's protocol has JSON_TABLE.
 */
const STAMP_SQLITE = `
  UPDATE personal_access_tokens AS t SET last_used_at = u.at, last_used_ip = u.ip
  FROM (SELECT value->>0 AS id, value->>1 AS at, value->>2 AS ip FROM json_each(?)) AS u
  WHERE t.id = u.id AND (t.last_used_at IS NULL OR t.last_used_at < u.at)`;

const STAMP_MYSQL = (count: number) => `
  UPDATE (SELECT ? AS id, ? AS at, ? AS ip${' UNION ALL SELECT ?, ?, ?'.repeat(count - 1)}) u
  STRAIGHT_JOIN personal_access_tokens t ON t.id = u.id
  SET t.last_used_at = u.at, t.last_used_ip = u.ip
  WHERE t.last_used_at IS NULL OR t.last_used_at < u.at`;

@Injectable()
export class TokenRepository {
  private readonly tokens: Repository<PersonalAccessToken>;
  private readonly mysql: boolean;

  constructor(private readonly dataSource: DataSource) {
    this.tokens = dataSource.getRepository(PersonalAccessToken);
    this.mysql = dataSource.options.type === 'mysql';
  }

  /** @returns the new id, or undefined where the user has as many as allowed, or the parent has changed */
  async insert(token: NewTokenRow, limit: number): Promise<number | undefined> {
    const { parent } = token;
    const sql = parent === undefined ? INSERT_BELOW_LIMIT : INSERT_BELOW_LIMIT + AND_PARENT_STANDS;
    const { affected, insertId } = await execute(this.dataSource, this.mysql ? `${sql} FOR UPDATE` : sql, [
      parent?.id ?? null,
      token.name,
      token.secretHash,
      JSON.stringify(token.scopes),
      token.expiresAt && toDatetime(token.expiresAt),
      token.allowedCidrs && JSON.stringify(token.allowedCidrs),
      toDatetime(token.createdAt),
      token.userId,
      limit,
      ...(parent === undefined ? [] : [parent.id, parent.storedRanges]),
    ]);
    return affected === 1 ? insertId : undefined;
  }

  findOne(userId: number, id: number): Promise<PersonalAccessToken | null> {
    return this.tokens.findOneBy({ id, userId });
  }

  /** What it made goes with it, by the foreign key. @returns whether this call deleted it */
  async delete(userId: number, id: number): Promise<boolean> {
    const sql = 'DELETE FROM personal_access_tokens WHERE id = ? AND user_id = ?';
    return (await execute(this.dataSource, sql, [id, userId])).affected === 1;
  }

  /** Deletes some of the tokens that expired before, of whomever. @returns 0 when none are left */
  deleteExpired(before: Date, limit: number): Promise<number> {
    const [table, parameters] = ['personal_access_tokens', [toDatetime(before)]] as const;
    return deleteSome(this.dataSource, { table, key: 'id', where: 'expires_at < ?', parameters }, limit);
  }

  /** Asks the database every time: nothing about a token is ever remembered. */
  async findStored(ids: readonly number[]): Promise<StoredToken[]> {
    const rows = await this.dataSource.query<StoredRow[]>(FIND_STORED(ids.length), [...ids]);
    return rows.map(storedToken);
  }

  /** Writes uses in one statement, in the order of the key; never backwards, never a new row. */
  async stamp(uses: readonly Use[]): Promise<void> {
    const rows = uses
      .toSorted((a, b) => a.id - b.id)
      .map(({ id, at, address }) => [id, toDatetime(at), address]);
    if (this.mysql) await execute(this.dataSource, STAMP_MYSQL(rows.length), rows.flat());
    else await execute(this.dataSource, STAMP_SQLITE, [JSON.stringify(rows)]);
  }
}

function storedToken(row: StoredRow): StoredToken {
  return {
    id: Number(row.id),
    name: row.token_name,
    secretHash: row.secret_hash,
    scopes: row.scopes,
    allowedCidrs: row.allowed_cidrs,
    expiresAt: row.expires_at === null ? null : fromDatetime(row.expires_at),
    user: {
      id: Number(row.user_id),
      name: row.name,
      email: row.email,
      createdAt: fromDatetime(row.created_at),
    },
    userDisabled: row.disabled_at !== null,
  };
}
