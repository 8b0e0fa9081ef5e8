import { isNativeError } from 'node:util/types';
import { CannotExecuteNotConnectedError, QueryFailedError } from 'typeorm';
import { Problem } from '../common/problem.js';

/** The drivers' codes for a database that cannot answer now, although the statement was right. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_SERVER_SHUTDOWN',
  'ER_QUERY_INTERRUPTED',
  'ER_CONNECTION_KILLED',
  'ER_UNKNOWN_COM_ERROR', // a Galera node without quorum
  'ER_ERROR_DURING_COMMIT', // the same during a commit, which may or may not have happened
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_CHECKREAD',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'SQLITE_BUSY',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_READONLY',
]);

/** mysql2 gives these errors no code, only a message. */
const POOL_REFUSALS = ['Queue limit reached.', 'Pool is closed.', 'No connections available.'];

interface DriverError extends Error {
  code?: string;
  /** Of MySQL's protocol: what kind of error it is. */
  sqlState?: string;
  fatal?: boolean;
}

/** The driver's error, without TypeORM's wrapper. */
function driverErrorOf(error: unknown): DriverError | undefined {
  if (error instanceof QueryFailedError) return error.driverError as DriverError;
  // `instanceof Error` is false for errors from another realm, such as those of Node's own modules in Jest.
  return isNativeError(error) ? error : undefined;
}

/** SQLite's extended codes begin with the primary one: `SQLITE_IOERR_FSYNC`. */
const primaryCode = (code: string): string => /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code;

/** What a server says that has become read-only, by its version and by how it was done. */
const DEMOTED = new Set([
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_READ_ONLY_MODE',
  'ER_INNODB_READ_ONLY',
]);

export const isDemotion = (error: unknown): boolean => DEMOTED.has(driverErrorOf(error)?.code ?? '');

/** The database has not answered in time. */
export class DatabaseSilentError extends Error {}

/** The server is read-only, so it is no longer the one to ask. */
export class DatabaseDemotedError extends Error {
  constructor(cause: unknown) {
    super('The database server has become read-only.', { cause });
  }
}

export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseSilentError) return true;
  if (isDemotion(error) || driverErrorOf(error) instanceof DatabaseDemotedError) return true;
  if (error instanceof CannotExecuteNotConnectedError) return true;
  const cause = driverErrorOf(error);
  if (cause === undefined) return false;
  if (cause.code !== undefined && AWAY.has(primaryCode(cause.code))) return true;
  return cause.fatal === true || POOL_REFUSALS.includes(cause.message);
}

/**
 * Whether another writer was in the way. Then the statement has changed nothing, and may be tried again. On a Galera
 * cluster, two writes that meet on different nodes are a deadlock, too.
 */
export function isContention(error: unknown): boolean {
  return CONTENTION.has(primaryCode(driverErrorOf(error)?.code ?? ''));
}

const CONTENTION = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_CHECKREAD', // a deadlock on a server with innodb_snapshot_isolation
  'SQLITE_BUSY',
]);

/** The errors of a migration that another instance runs at the same time through another node. */
const UNDER_WAY = new Set([
  'ER_TABLE_EXISTS_ERROR',
  'ER_DUP_FIELDNAME',
  'ER_DUP_KEYNAME',
  'ER_DUP_ENTRY',
  'ER_LOCK_DEADLOCK',
]);

export const isUnderWay = (error: unknown): boolean => UNDER_WAY.has(driverErrorOf(error)?.code ?? '');

const SQLITE_UNIQUE = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

export function isUniqueViolation(error: unknown): boolean {
  const code = driverErrorOf(error)?.code;
  return code === 'ER_DUP_ENTRY' || SQLITE_UNIQUE.has(code ?? '');
}

/** Classes of SQLSTATE: data truncated, not what the column takes, against a constraint, refused by a trigger. */
const REFUSED_CLASSES = new Set(['01', '22', '23', '45']);

const REFUSED = new Set([
  // Servers give these no class of their own.
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_INVALID_CHARACTER_STRING',
  'ER_CANT_AGGREGATE_2COLLATIONS',
  'ER_CHECK_CONSTRAINT_VIOLATED',
  'ER_NO_DEFAULT_FOR_FIELD',
  'ER_TOO_BIG_ROWSIZE',
  'ER_NET_PACKET_TOO_LARGE',
  'SQLITE_CONSTRAINT',
  'SQLITE_MISMATCH',
  'SQLITE_TOOBIG',
]);

/**
 * Whether it was the data that failed: other data would have been written, and the same data never will be. A value
 * that cannot even be put into a statement, such as a time that is none, is thrown by JavaScript itself.
 */
export function isDataRefused(error: unknown): boolean {
  const cause = driverErrorOf(error);
  if (cause === undefined || isDatabaseAway(error)) return false;
  if (cause.name === 'RangeError' || cause.name === 'TypeError') return true;
  return REFUSED_CLASSES.has(cause.sqlState?.slice(0, 2) ?? '') || REFUSED.has(primaryCode(cause.code ?? ''));
}

/** What is safe to log of an error about data: its message may repeat what somebody has sent. */
export function codeOf(error: unknown): string {
  const cause = driverErrorOf(error);
  return cause?.code ?? cause?.name ?? 'unknown';
}

export class DatabaseAwayProblem extends Problem {
  constructor(cause: unknown) {
    super('database_unavailable', 'The database is not available now. Try again in a few seconds.', {
      headers: { 'retry-after': '5' },
      cause,
    });
  }
}
