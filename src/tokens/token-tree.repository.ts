import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Condition } from '../access/principal.js';
import { execute, listOf } from '../database/statement.js';
import type { TokenChange } from './ceiling.js';

/** The ranges that tokens may be used from, as they were read. */
interface RangesRead {
  readonly allowedCidrs: readonly string[] | null;
  /** The stored text, with which a write checks that they have not changed since. */
  readonly storedRanges: string;
}

/** A token as its children see it. */
export interface Parent extends RangesRead {
  readonly id: number;
}

/** Ranges that one or more children of a token have. */
export interface ChildRanges extends RangesRead {
  readonly count: number;
}

/** What the new ranges of a token were compared with. */
export interface Judged {
  /** Null for a token that a person made. */
  readonly parent: Parent | null;
  readonly below: readonly ChildRanges[];
}

const FIND_PARENT = `
  SELECT COALESCE(allowed_cidrs, '') AS ranges FROM personal_access_tokens WHERE id = ? AND user_id = ?`;

/** `UNION` ends even if somebody has made parents a circle by hand. `UNION ALL` would not. */
const LINE_OF = `
  WITH RECURSIVE line (id, parent_id) AS (
    SELECT id, parent_id FROM personal_access_tokens WHERE id = ? AND user_id = ?
    UNION
    SELECT t.id, t.parent_id FROM personal_access_tokens t JOIN line ON t.id = line.parent_id
  )
  SELECT id FROM line`;

const COUNT_DESCENDANTS = (count: number) => `
  WITH RECURSIVE tree (root, id) AS (
    SELECT parent_id, id FROM personal_access_tokens
    WHERE user_id = ? AND parent_id IN (${Array<string>(count).fill('?').join(',')})
    UNION
    SELECT tree.root, t.id FROM personal_access_tokens t JOIN tree ON t.parent_id = tree.id
  )
  SELECT root, COUNT(*) AS descendants FROM tree GROUP BY root`;

const FIND_CHILD_RANGES = `
  SELECT COALESCE(allowed_cidrs, '') AS ranges, COUNT(*) AS count
  FROM personal_access_tokens WHERE parent_id = ? AND user_id = ? GROUP BY allowed_cidrs`;

/**
 * On MySQL, these reads lock, so that of two changes that exclude each other only one succeeds. MySQL reads the table
 * that it changes only through a temporary table, which `DISTINCT` makes it build.
 */
const RANGES_OF = (column: 'id' | 'parent_id') => `
  SELECT DISTINCT COALESCE(allowed_cidrs, '') AS ranges FROM personal_access_tokens WHERE ${column} = ?`;

const AND_HAS_RANGES = ` AND ? IN (SELECT ranges FROM (${RANGES_OF('id')}) parent)`;

const AND_NO_OTHER_CHILDREN = (count: number) => `
  AND NOT EXISTS (SELECT 1 FROM (${RANGES_OF('parent_id')}) children
    WHERE ranges NOT IN (${Array<string>(count).fill('?').join(',')}))`;

/** Which token made which. A descendant is deleted with its ancestor, by the foreign key. */
@Injectable()
export class TokenTreeRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findParent(userId: number, id: number): Promise<Parent | undefined> {
    const rows = await this.dataSource.query<{ ranges: string }[]>(FIND_PARENT, [id, userId]);
    return rows.map(({ ranges }) => ({ ...read(ranges), id }))[0];
  }

  /** The token and all its ancestors, none for one that is gone. */
  async lineOf(userId: number, id: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ id: number | string }[]>(LINE_OF, [id, userId]);
    return rows.map((row) => Number(row.id));
  }

  /** @returns the number of descendants of each token that has any */
  async countDescendants(userId: number, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    if (ids.length === 0) return new Map();
    const rows = await this.dataSource.query<{ root: number | string; descendants: number | string }[]>(
      COUNT_DESCENDANTS(ids.length),
      [userId, ...ids],
    );
    return new Map(rows.map(({ root, descendants }) => [Number(root), Number(descendants)]));
  }

  async findChildRanges(userId: number, id: number): Promise<ChildRanges[]> {
    const rows = await this.dataSource.query<{ ranges: string; count: number | string }[]>(
      FIND_CHILD_RANGES,
      [id, userId],
    );
    return rows.map(({ ranges, count }) => ({ ...read(ranges), count: Number(count) }));
  }

  /**
   * Changes a token in one statement.
   * @param stands whoever changes it
   * @param judged what the new ranges were compared with: those of its parent, and those of its children
   * @returns false if any of these have changed since, or the token is gone
   */
  async change(
    userId: number,
    id: number,
    change: TokenChange,
    stands: Condition,
    judged?: Judged,
  ): Promise<boolean> {
    const { name = null, allowedCidrs } = change;
    const owned = `WHERE id = ? AND user_id = ? AND ${stands.sql}`;
    const mine = [id, userId, ...stands.parameters];
    if (judged === undefined || allowedCidrs === undefined) {
      const sql = `UPDATE personal_access_tokens SET name = COALESCE(?, name) ${owned}`;
      return (await execute(this.dataSource, sql, [name, ...mine])).affected === 1;
    }
    const stored = allowedCidrs && JSON.stringify(allowedCidrs);
    const below = [stored ?? '', ...judged.below.map(({ storedRanges }) => storedRanges)];
    const sql = `UPDATE personal_access_tokens SET name = COALESCE(?, name), allowed_cidrs = ? ${owned}
      ${judged.parent === null ? '' : AND_HAS_RANGES} ${AND_NO_OTHER_CHILDREN(below.length)}`;
    const above = judged.parent === null ? [] : [judged.parent.storedRanges, judged.parent.id];
    const parameters = [name, stored, ...mine, ...above, id, ...below];
    return (await execute(this.dataSource, sql, parameters)).affected === 1;
  }
}

const read = (storedRanges: string): RangesRead => ({
  // Nobody is admitted by ranges that cannot be read.
  allowedCidrs: storedRanges === '' ? null : (listOf(storedRanges) ?? []),
  storedRanges,
});
