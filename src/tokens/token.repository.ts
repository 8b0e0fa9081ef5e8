import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import type { Condition, Stands, UserProfile } from '../access/principal.js';
import { deleteSome } from '../database/delete-some.js';
import { demotedColumn } from '../database/demotion.js';
import { execute, fromDatetime, toDatetime } from '../database/statement.js';
import { HOLDS_CLAIM } from './idempotency/idempotency.repository.js';
import { PersonalAccessToken } from './token.entity.js';
import type { Rights } from './ceiling.js';
import type { SecretKind } from './verification/token-secret.js';

export interface NewTokenRow extends Rights {
  readonly userId: number;
  readonly name: string;
  readonly secretHash: string;
  readonly createdAt: Date;
  /** Null for a token that a person makes. */
  readonly parentId: number | null;
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

/** What the audit log keeps of a token that is about to be deleted. */
export interface TokenSummary {
  readonly name: string;
  /** How many tokens it made, and they made in turn. They are deleted with it. */
  readonly descendants: number;
}

interface SummaryRow {
  readonly name: string;
  readonly descendants: number | string;
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

const FIND_STORED = (demoted: string, count: number) => `
  SELECT t.id, t.secret_hash, t.previous_secret_hash, t.previous_secret_expires_at, t.scopes,
         t.allowed_cidrs, t.expires_at, t.rate_limit, t.name AS token_name, t.created_at AS token_created_at,
         t.user_id, u.name, u.email, u.created_at, u.disabled_at, ${demoted}
  FROM personal_access_tokens t JOIN users u ON u.id = t.user_id
  WHERE t.id IN (${Array<string>(count).fill('?').join(',')})`;

/** MySQL reads the table that it changes only through a temporary table, which `DISTINCT` makes it build. */
const among = (rows: string): string => `EXISTS (SELECT 1 FROM (SELECT DISTINCT ${rows}) actor)`;

/** One of the two secrets that are accepted. */
const HOLDS_SECRET = `
  personal_access_tokens t JOIN users u ON u.id = t.user_id
  WHERE t.id = ? AND (t.secret_hash = ? OR (t.previous_secret_hash = ? AND t.previous_secret_expires_at > ?))`;

const HOLDER_STANDS = among(`t.id FROM ${HOLDS_SECRET}`);

const TOKEN_STANDS = among(`t.id FROM ${HOLDS_SECRET}
    AND u.disabled_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?)
    AND t.scopes = ? AND COALESCE(t.allowed_cidrs, '') = ?`);

/** The presented secret is accepted still, whatever the token may do with it. */
export function secretStandsAs(stored: StoredToken, presented: SecretKind): Stands {
  const hash = hashOf(stored, presented);
  return (now) => ({ sql: HOLDER_STANDS, parameters: [stored.id, hash, hash, toDatetime(now)] });
}

/** It is accepted, and the token has the rights that it was judged to have. */
export function standsAs(stored: StoredToken, presented: SecretKind): Stands {
  const { id, scopes, allowedCidrs } = stored;
  const hash = hashOf(stored, presented);
  return (now) => {
    const at = toDatetime(now);
    return { sql: TOKEN_STANDS, parameters: [id, hash, hash, at, at, scopes, allowedCidrs ?? ''] };
  };
}

const hashOf = ({ secretHash, previousSecretHash }: StoredToken, kind: SecretKind) =>
  kind === 'current' ? secretHash : previousSecretHash;

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

/** `UNION` ends even if somebody has made a circle of parents by hand; `UNION ALL` would not. */
const FIND_SUMMARY = `
  WITH RECURSIVE tree (id) AS (
    SELECT id FROM personal_access_tokens WHERE parent_id = ? AND user_id = ?
    UNION
    SELECT t.id FROM personal_access_tokens t JOIN tree ON t.parent_id = tree.id
  )
  SELECT name, (SELECT COUNT(*) FROM tree) AS descendants FROM personal_access_tokens WHERE id = ? AND user_id = ?`;

const COUNT_ALL = 'SELECT COUNT(*) AS count FROM personal_access_tokens WHERE user_id = ?';

const DELETE_ALL = 'DELETE FROM personal_access_tokens WHERE user_id = ?';

/** MySQL reads the table that it deletes from only through a temporary table, such as `counted`. */
const DELETE_ALL_OF = `${DELETE_ALL} AND ? = (SELECT count FROM (${COUNT_ALL}) counted)`;

/** How often the count may change in between, before the tokens are deleted without an exact count. */
const COUNTS_AT_MOST = 10;

@Injectable()
export class TokenRepository {
  private readonly tokens: Repository<PersonalAccessToken>;
  private readonly mysql: boolean;
  private readonly demoted: string;

  constructor(private readonly dataSource: DataSource) {
    this.tokens = dataSource.getRepository(PersonalAccessToken);
    this.mysql = dataSource.options.type === 'mysql';
    this.demoted = demotedColumn(dataSource);
  }

  /**
   * @param stands whoever makes it
   * @returns the new id; undefined if the user has reached the cap, or who makes it does not stand
   */
  async insert(token: NewTokenRow, cap: number, stands: Condition): Promise<number | undefined> {
    const sql = `${INSERT_BELOW_CAP} AND ${stands.sql} ${this.mysql ? 'FOR UPDATE' : ''}`;
    const { affected, insertId } = await execute(this.dataSource, sql, [
      token.parentId,
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
      ...stands.parameters,
    ]);
    return affected === 1 ? insertId : undefined;
  }

  findOne(userId: number, id: number): Promise<PersonalAccessToken | null> {
    return this.tokens.findOneBy({ id, userId });
  }

  /**
   * Reads no other column than the name, so that it works even if the row was spoilt by hand.
   * @returns undefined if there is no such token
   */
  async findSummary(userId: number, id: number): Promise<TokenSummary | undefined> {
    const [row] = await this.dataSource.query<SummaryRow[]>(FIND_SUMMARY, [id, userId, id, userId]);
    return row && { name: row.name, descendants: Number(row.descendants) };
  }

  /** The foreign key deletes its descendants, too. @returns whether this call deleted the token */
  async delete(userId: number, id: number, stands: Condition): Promise<boolean> {
    const sql = `DELETE FROM personal_access_tokens WHERE id = ? AND user_id = ? AND ${stands.sql}`;
    return (await execute(this.dataSource, sql, [id, userId, ...stands.parameters])).affected === 1;
  }

  /**
   * Deletes all tokens of a user, with one statement. No engine counts the rows that a foreign key deletes, so they
   * are counted before, and the statement does nothing if the number has changed since.
   * @returns how many there were; 0 also if whoever asks for it does not stand
   */
  async deleteAll(userId: number, stands: Condition): Promise<number> {
    for (let attempt = 1; attempt <= COUNTS_AT_MOST; attempt += 1) {
      const [row] = await this.dataSource.query<{ count: number | string }[]>(COUNT_ALL, [userId]);
      const count = Number(row?.count);
      if (count === 0) return 0;
      const { affected } = await execute(this.dataSource, `${DELETE_ALL_OF} AND ${stands.sql}`, [
        userId,
        count,
        userId,
        ...stands.parameters,
      ]);
      if (affected > 0) return count;
    }
    const sql = `${DELETE_ALL} AND ${stands.sql}`;
    return (await execute(this.dataSource, sql, [userId, ...stands.parameters])).affected;
  }

  /** Deletes some of the tokens of all users that expired before this. @returns 0 when none are left */
  deleteExpired(before: Date, limit: number): Promise<number> {
    const [table, parameters] = ['personal_access_tokens', [toDatetime(before)]] as const;
    return deleteSome(this.dataSource, { table, key: 'id', where: 'expires_at < ?', parameters }, limit);
  }

  /** Asks the database each time. Nothing about a token is cached. */
  async findStored(ids: readonly number[]): Promise<StoredToken[]> {
    const rows = await this.dataSource.query<StoredRow[]>(FIND_STORED(this.demoted, ids.length), [...ids]);
    return rows.map(storedToken);
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

const timeOf = (value: unknown): Date | null => (value === null ? null : fromDatetime(value));
