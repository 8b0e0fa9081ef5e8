import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import type { UserProfile } from '../access/principal.js';
import { deleteSome } from '../database/delete-some.js';
import { execute, fromDatetime, toDatetime } from '../database/statement.js';
import { HOLDS_CLAIM } from './idempotency/idempotency.repository.js';
import { PersonalAccessToken } from './token.entity.js';
import type { Rights } from './ceiling.js';
import type { Parent } from './token-tree.repository.js';

export interface NewTokenRow extends Rights {
  readonly userId: number;
  readonly name: string;
  readonly secretHash: string;
  readonly createdAt: Date;
  /** Undefined for a token that a person makes. */
  readonly parent: Parent | undefined;
  /** Hash of the idempotency key; null for none. */
  readonly keyHash: string | null;
}

/** What verification needs of a token and its user. */
export interface StoredToken {
  readonly id: number;
  readonly name: string;
  readonly secretHash: string;
  readonly previousSecretHash: string | null;
  readonly previousSecretExpiresAt: Date | null;
  /** JSON, not parsed yet. If one row was spoilt by hand, the other tokens of its batch must still be read. */
  readonly scopes: string;
  readonly allowedCidrs: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly rateLimit: number | null;
  readonly user: UserProfile;
  readonly userDisabled: boolean;
}

/** The newest use of a token. */
export interface Use {
  readonly id: number;
  readonly at: Date;
  /** Null if a proxy sent something that is no address. */
  readonly address: string | null;
  /** When the previous secret was last used; null if it was not. */
  readonly previousAt: Date | null;
}

interface StoredRow {
  readonly id: number | string;
  readonly token_name: string;
  readonly secret_hash: string;
  readonly previous_secret_hash: string | null;
  readonly previous_secret_expires_at: string | Date | null;
  readonly scopes: string;
  readonly allowed_cidrs: string | null;
  readonly expires_at: string | Date | null;
  readonly rate_limit: number | null;
  readonly token_created_at: string | Date;
  readonly user_id: number | string;
  readonly name: string;
  readonly email: string;
  readonly created_at: string | Date;
  readonly disabled_at: string | Date | null;
}

const FIND_STORED = (count: number) => `
  SELECT t.id, t.secret_hash, t.previous_secret_hash, t.previous_secret_expires_at, t.scopes,
         t.allowed_cidrs, t.expires_at, t.rate_limit, t.name AS token_name, t.created_at AS token_created_at,
         t.user_id, u.name, u.email, u.created_at, u.disabled_at
  FROM personal_access_tokens t JOIN users u ON u.id = t.user_id
  WHERE t.id IN (${Array<string>(count).fill('?').join(',')})`;

/**
 * Counts and inserts in one statement. Parallel ones take turns: on MySQL the statement first locks the user's row, and
 * SQLite has only one writer at a time.
 */
const INSERT_BELOW_CAP = `
  INSERT INTO personal_access_tokens
    (user_id, parent_id, name, secret_hash, scopes, expires_at, allowed_cidrs, rate_limit, created_at)
  SELECT u.id, ?, ?, ?, ?, ?, ?, ?, ? FROM users u
  WHERE u.id = ? AND (SELECT COUNT(*) FROM personal_access_tokens t WHERE t.user_id = u.id) < ?
    AND ${HOLDS_CLAIM}`;

/** The parent still exists, with the ranges that were compared with. Its other rights never change. */
const AND_PARENT_STANDS = `
    AND EXISTS (SELECT 1 FROM personal_access_tokens p
      WHERE p.id = ? AND p.user_id = u.id AND COALESCE(p.allowed_cidrs, '') = ?)`;

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
export class TokenRepository {
  private readonly tokens: Repository<PersonalAccessToken>;
  private readonly mysql: boolean;

  constructor(private readonly dataSource: DataSource) {
    this.tokens = dataSource.getRepository(PersonalAccessToken);
    this.mysql = dataSource.options.type === 'mysql';
  }

  /** @returns the new id; undefined if the user has reached the cap, or the parent has changed */
  async insert(token: NewTokenRow, cap: number): Promise<number | undefined> {
    const { parent } = token;
    const sql = parent === undefined ? INSERT_BELOW_CAP : INSERT_BELOW_CAP + AND_PARENT_STANDS;
    const { affected, insertId } = await execute(this.dataSource, this.mysql ? `${sql} FOR UPDATE` : sql, [
      parent?.id ?? null,
      token.name,
      token.secretHash,
      JSON.stringify(token.scopes),
      token.expiresAt && toDatetime(token.expiresAt),
      token.allowedCidrs && JSON.stringify(token.allowedCidrs),
      token.rateLimit,
      toDatetime(token.createdAt),
      token.userId,
      cap,
      token.keyHash,
      token.keyHash,
      token.secretHash,
      ...(parent === undefined ? [] : [parent.id, parent.storedRanges]),
    ]);
    return affected === 1 ? insertId : undefined;
  }

  findOne(userId: number, id: number): Promise<PersonalAccessToken | null> {
    return this.tokens.findOneBy({ id, userId });
  }

  /** Reads only the name, so that it works even if the row was spoilt by hand. */
  async findName(userId: number, id: number): Promise<string | undefined> {
    const sql = 'SELECT name FROM personal_access_tokens WHERE id = ? AND user_id = ?';
    const rows = await this.dataSource.query<{ name: string }[]>(sql, [id, userId]);
    return rows[0]?.name;
  }

  /** The foreign key deletes its descendants, too. @returns whether this call deleted the token */
  async delete(userId: number, id: number): Promise<boolean> {
    const sql = 'DELETE FROM personal_access_tokens WHERE id = ? AND user_id = ?';
    return (await execute(this.dataSource, sql, [id, userId])).affected === 1;
  }

  /** Deletes some of the tokens of all users that expired before this. @returns 0 when none are left */
  deleteExpired(before: Date, limit: number): Promise<number> {
    const [table, parameters] = ['personal_access_tokens', [toDatetime(before)]] as const;
    return deleteSome(this.dataSource, { table, key: 'id', where: 'expires_at < ?', parameters }, limit);
  }

  /** Asks the database each time. Nothing about a token is cached. */
  async findStored(ids: readonly number[]): Promise<StoredToken[]> {
    const rows = await this.dataSource.query<StoredRow[]>(FIND_STORED(ids.length), [...ids]);
    return rows.map(storedToken);
  }

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
    if (this.mysql) await execute(this.dataSource, STAMP_MYSQL(rows.length), rows.flat());
    else await execute(this.dataSource, STAMP_SQLITE, [JSON.stringify(rows)]);
  }
}

function storedToken(row: StoredRow): StoredToken {
  return {
    id: Number(row.id),
    name: row.token_name,
    secretHash: row.secret_hash,
    previousSecretHash: row.previous_secret_hash,
    previousSecretExpiresAt: timeOf(row.previous_secret_expires_at),
    scopes: row.scopes,
    allowedCidrs: row.allowed_cidrs,
    createdAt: fromDatetime(row.token_created_at),
    expiresAt: timeOf(row.expires_at),
    rateLimit: row.rate_limit,
    user: {
      id: Number(row.user_id),
      name: row.name,
      email: row.email,
      createdAt: fromDatetime(row.created_at),
    },
    userDisabled: row.disabled_at !== null,
  };
}

const timeOf = (value: string | Date | null): Date | null => (value === null ? null : fromDatetime(value));
