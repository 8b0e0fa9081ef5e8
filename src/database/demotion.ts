import type { DataSource } from 'typeorm';

/**
 * Whether the server is read-only, as a column of a statement. An answer that says so comes from a server that is no
 * writer any more: what it knows may be out of date, however quickly it answers. The pool reads this column, and
 * believes no such answer (`mysql-pool.ts`).
 *
 * `read_only` is 0 or 1, or a word on newer versions of MariaDB. Amazon's replicas set `innodb_read_only` alone.
 */
const OF_SERVER =
  "(CONCAT(@@GLOBAL.read_only) NOT IN ('0', 'OFF') OR @@GLOBAL.innodb_read_only) AS server_is_demoted";

/** For a file, there is no other writer. */
const OF_FILE = '0 AS server_is_demoted';

/** The column for statements by which somebody is let in. */
export const demotedColumn = ({ options }: DataSource): string =>
  options.type === 'mysql' ? OF_SERVER : OF_FILE;

/** The first statement of a connection to a server. */
export const ASK_SERVER = `SELECT ${OF_SERVER}`;

/** @param rows mysql2's answer to a statement */
export const isFromDemoted = (rows: unknown): boolean =>
  Array.isArray(rows) &&
  Number((rows[0] as { server_is_demoted?: unknown } | undefined)?.server_is_demoted) === 1;
