import { Injectable } from '@nestjs/common';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { PersonalAccessToken } from '../token.entity.js';
import type { TokenState } from './token-list.query.js';
import type { Order, Position, Sort } from './token-sort.js';

/** Which tokens of a user to list. */
export interface TokenFilter {
  readonly userId: number;
  readonly search: string | undefined;
  readonly state: TokenState | undefined;
  /** Only children of this token. */
  readonly parentId: number | undefined;
  /** The time by which `state` is decided. */
  readonly now: Date;
}

/** A token, and its place in the list. */
export interface ListedToken extends Position {
  readonly token: PersonalAccessToken;
}

/**
 * The value that each sort compares. It is never null, and it is a text, so that a cursor can repeat it exactly: rows
 * from another application may have times without milliseconds, which a Date would change.
 */
const KEYS: Readonly<Record<Sort, string>> = {
  created_at: 'CAST(t.created_at AS CHAR)',
  last_used_at: "CAST(COALESCE(t.last_used_at, '1000-01-01 00:00:00.000') AS CHAR)",
  expires_at: "CAST(COALESCE(t.expires_at, '9999-12-31 23:59:59.999') AS CHAR)",
  // MySQL's column ignores case by itself. With the bare column as sort key, TypeORM would leave the name out of the
  // token, hence CONCAT.
  name: "CONCAT(t.name, '')",
};

@Injectable()
export class TokenListRepository {
  private readonly mysql: boolean;

  constructor(private readonly dataSource: DataSource) {
    this.mysql = dataSource.options.type === 'mysql';
  }

  /** @param after where the page begins; undefined for the first */
  async find(filter: TokenFilter, order: Order, limit: number, after?: Position): Promise<ListedToken[]> {
    const key = this.keyOf(order.sort);
    const direction = order.direction === 'asc' ? 'ASC' : 'DESC';
    const query = this.matching(filter)
      .addSelect(key, 'sort_key')
      .orderBy(key, direction)
      .addOrderBy('t.id', direction)
      .limit(limit);
    if (after !== undefined) {
      const beyond = order.direction === 'asc' ? '>' : '<';
      query.andWhere(`(${key} ${beyond} :key OR (${key} = :key AND t.id ${beyond} :id))`, { ...after });
    }
    const { raw, entities } = await query.getRawAndEntities<{ sort_key: string }>();
    return entities.map((token, at) => ({ token, id: token.id, key: raw[at]?.sort_key ?? '' }));
  }

  /** How many there are on all pages. */
  count(filter: TokenFilter): Promise<number> {
    return this.matching(filter).getCount();
  }

  private matching({
    userId,
    search,
    state,
    parentId,
    now,
  }: TokenFilter): SelectQueryBuilder<PersonalAccessToken> {
    const query = this.dataSource
      .getRepository(PersonalAccessToken)
      .createQueryBuilder('t')
      .where('t.userId = :userId', { userId });
    if (search !== undefined) {
      // Not LIKE, because it has wildcards. Byte by byte, because all emoji are equal in MySQL's usual collations.
      const name = this.mysql ? 'LOWER(t.name) COLLATE utf8mb4_bin' : 'LOWER(t.name)';
      query.andWhere(`INSTR(${name}, LOWER(:search)) > 0`, { search });
    }
    if (parentId !== undefined) query.andWhere('t.parentId = :parentId', { parentId });
    if (state === 'active') query.andWhere('(t.expiresAt IS NULL OR t.expiresAt > :now)', { now });
    if (state === 'expired') query.andWhere('t.expiresAt <= :now', { now });
    return query;
  }

  private keyOf(sort: Sort): string {
    return sort === 'name' && !this.mysql ? 't.name COLLATE NOCASE' : KEYS[sort];
  }
}
