import type { DataSource } from 'typeorm';
import { execute } from './statement.js';

/** The rows of a table that may be deleted. */
export interface Removal {
  readonly table: string;
  /** The primary key. */
  readonly key: string;
  readonly where: string;
  readonly parameters: readonly unknown[];
}

/**
 * Deletes some of the rows. They are looked up first, which locks nothing. So the statement that deletes touches no
 * other rows, and it checks the condition again.
 * @returns how many were deleted; 0 when none are left
 */
export async function deleteSome(
  dataSource: DataSource,
  { table, key, where, parameters }: Removal,
  limit: number,
): Promise<number> {
  const found = await dataSource.query<{ id: unknown }[]>(
    `SELECT ${key} AS id FROM ${table} WHERE ${where} LIMIT ${limit}`,
    [...parameters],
  );
  if (found.length === 0) return 0;
  const places = found.map(() => '?').join(', ');
  const { affected } = await execute(
    dataSource,
    `DELETE FROM ${table} WHERE ${key} IN (${places}) AND (${where})`,
    [...found.map(({ id }) => id), ...parameters],
  );
  return affected;
}
