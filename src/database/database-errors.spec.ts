import { describe, expect, test } from '@jest/globals';
import { CannotExecuteNotConnectedError, QueryFailedError } from 'typeorm';
import { Problem } from '../common/problem.js';
import {
  codeOf,
  DatabaseAwayProblem,
  isContention,
  isDatabaseAway,
  isDataRefused,
  isUniqueViolation,
} from './database-errors.js';

interface Fields {
  readonly name?: string;
  readonly code?: string;
  readonly sqlState?: string;
  readonly fatal?: boolean;
  readonly message?: string;
}

const driverError = (fields: Fields) => Object.assign(new Error(fields.message ?? 'driver'), fields);

/** The same error twice: as the driver throws it, and as TypeORM passes it on. */
const bothForms = (error: Error): Error[] => [error, new QueryFailedError('SELECT 1', [], error)];

describe('the database is away', () => {
  test.each([
    // nobody there
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'PROTOCOL_CONNECTION_LOST',
    // frozen or overloaded
    'PROTOCOL_SEQUENCE_TIMEOUT',
    'ER_CON_COUNT_ERROR',
    'ER_LOCK_WAIT_TIMEOUT',
    'ER_LOCK_DEADLOCK',
    // going down, read-only, full, without quorum
    'ER_SERVER_SHUTDOWN',
    'ER_OPTION_PREVENTS_STATEMENT',
    'ER_DISK_FULL',
    'ER_RECORD_FILE_FULL',
    'ER_UNKNOWN_COM_ERROR',
    'ER_ERROR_DURING_COMMIT',
    // SQLite, whose drivers give extended codes
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_FULL',
    'SQLITE_IOERR',
    'SQLITE_IOERR_WRITE',
    'SQLITE_IOERR_FSYNC',
    'SQLITE_READONLY',
    'SQLITE_READONLY_DBMOVED',
  ])('%s', (code) => {
    for (const error of bothForms(driverError({ code }))) expect(isDatabaseAway(error)).toBe(true);
  });

  test.each(['Queue limit reached.', 'Pool is closed.', 'No connections available.'])(
    'the pool says: %s',
    (message) => {
      for (const error of bothForms(driverError({ message }))) expect(isDatabaseAway(error)).toBe(true);
    },
  );

  test('the connection broke for whatever reason', () => {
    for (const error of bothForms(driverError({ code: 'NEW_IN_MYSQL2', fatal: true }))) {
      expect(isDatabaseAway(error)).toBe(true);
    }
  });

  test('TypeORM is not connected', () => {
    expect(isDatabaseAway(new CannotExecuteNotConnectedError())).toBe(true);
  });
});

describe('the database is there', () => {
  test.each([
    'ER_DUP_ENTRY',
    'ER_PARSE_ERROR',
    'ER_NO_SUCH_TABLE',
    'ER_DATA_TOO_LONG',
    'ER_NO_REFERENCED_ROW_2',
    'SQLITE_ERROR',
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_CONSTRAINT_FOREIGNKEY',
  ])('%s is a fault of the statement', (code) => {
    for (const error of bothForms(driverError({ code }))) expect(isDatabaseAway(error)).toBe(false);
  });

  test.each([
    ['a bug', new TypeError('x is not a function')],
    ['a text', 'ECONNREFUSED'],
    ['nothing', undefined],
    ['null', null],
    ['an object that only looks like an error', { code: 'ECONNREFUSED' }],
  ])('%s is no word of the database', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});

describe('data that the database refuses', () => {
  test.each([
    { code: 'ER_DATA_TOO_LONG', sqlState: '22001' },
    { code: 'ER_WARN_DATA_OUT_OF_RANGE', sqlState: '22003' },
    { code: 'ER_TRUNCATED_WRONG_VALUE', sqlState: '22007' },
    { code: 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', sqlState: 'HY000' },
    { code: 'ER_BAD_NULL_ERROR', sqlState: '23000' },
    { code: 'ER_DUP_ENTRY', sqlState: '23000' },
    { code: 'ER_NO_REFERENCED_ROW_2', sqlState: '23000' },
    { code: 'ER_CONSTRAINT_FAILED', sqlState: '23000' },
    { code: 'ER_CHECK_CONSTRAINT_VIOLATED', sqlState: 'HY000' },
    { code: 'ER_SIGNAL_EXCEPTION', sqlState: '45000' },
    { code: 'WARN_DATA_TRUNCATED', sqlState: '01000' },
    { code: 'ER_NET_PACKET_TOO_LARGE', sqlState: '08S01' },
    { code: 'SQLITE_CONSTRAINT_NOTNULL' },
    { code: 'SQLITE_CONSTRAINT_CHECK' },
    { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' },
    { code: 'SQLITE_CONSTRAINT_TRIGGER' },
    { code: 'SQLITE_MISMATCH' },
    { code: 'SQLITE_TOOBIG' },
    { name: 'RangeError' },
    { name: 'TypeError' },
  ])('is %p', (error) => {
    for (const form of bothForms(driverError(error))) expect(isDataRefused(form)).toBe(true);
  });

  test.each([
    { code: 'ER_NO_SUCH_TABLE', sqlState: '42S02' },
    { code: 'ER_TABLEACCESS_DENIED_ERROR', sqlState: '42000' },
    { code: 'ER_LOCK_WAIT_TIMEOUT', sqlState: 'HY000' },
    { code: 'ER_LOCK_DEADLOCK', sqlState: '40001' },
    { code: 'ECONNREFUSED' },
    { code: 'PROTOCOL_CONNECTION_LOST', fatal: true },
    { code: 'SQLITE_FULL' },
    { code: 'SQLITE_BUSY' },
    { code: 'SQLITE_CORRUPT' },
    { code: 'SQLITE_ERROR' },
  ])('is not %p, which other data would not survive either', (error) => {
    for (const form of bothForms(driverError(error))) expect(isDataRefused(form)).toBe(false);
  });

  test('is logged by its code, because the message may repeat what was sent', () => {
    const error = driverError({ code: 'ER_DUP_ENTRY', message: "Duplicate entry 'a secret'" });
    for (const form of bothForms(error)) expect(codeOf(form)).toBe('ER_DUP_ENTRY');
    expect(codeOf(undefined)).toBe('unknown');
  });
});

describe('a unique violation and a deadlock', () => {
  test.each([
    ['ER_DUP_ENTRY', true, false],
    ['SQLITE_CONSTRAINT_UNIQUE', true, false],
    ['SQLITE_CONSTRAINT_PRIMARYKEY', true, false],
    ['ER_LOCK_DEADLOCK', false, true],
    ['ER_CHECKREAD', false, true],
    ['SQLITE_BUSY', false, true],
    ['SQLITE_BUSY_SNAPSHOT', false, true],
    ['SQLITE_CONSTRAINT_FOREIGNKEY', false, false],
    ['ER_LOCK_WAIT_TIMEOUT', false, false],
  ])('%s: unique violation %s, contention %s', (code, unique, contention) => {
    for (const error of bothForms(driverError({ code }))) {
      expect(isUniqueViolation(error)).toBe(unique);
      expect(isContention(error)).toBe(contention);
    }
  });

  test('what is no error of a driver is neither', () => {
    for (const error of [
      undefined,
      null,
      'ER_DUP_ENTRY',
      { code: 'ER_DUP_ENTRY' },
      new Error('ER_DUP_ENTRY'),
    ]) {
      expect(isUniqueViolation(error)).toBe(false);
      expect(isContention(error)).toBe(false);
    }
  });
});

test('the client is told to come again, and nothing about the cause', () => {
  const problem = new DatabaseAwayProblem(driverError({ message: 'connect ECONNREFUSED 10.0.0.5:3306' }));
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({
    status: 503,
    code: 'database_unavailable',
    headers: { 'retry-after': '5' },
  });
  expect(problem.detail).not.toContain('10.0.0.5');
});
