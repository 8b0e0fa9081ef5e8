import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import mysql from 'mysql2';
import { DatabaseSilentError } from './database-errors.js';
import { createPool } from './mysql-pool.js';

const GREETING = {
  protocolVersion: 10,
  serverVersion: '8.0.0',
  connectionId: 1,
  characterSet: 33,
  statusFlags: 2,
  // All but compression.
  capabilityFlags: 0xffffff ^ 0x20,
};

const NO_TIMEOUT = 0;
const NEVER_ANSWERED = 'SELECT SLEEP(1000)';
const UNKNOWN_VARIABLE = { code: 1193, message: 'Unknown system variable' };
const OTHER_ERROR = { code: 1064, message: 'You have an error in your SQL syntax' };

/** mysql2 speaks the server's part, too: what matters here is the pool, not what a database does. */
describe('the pool of mysql2', () => {
  let server: Server;
  let pool: mysql.Pool;
  /** What each connection has sent, the first one first. */
  let heard: string[][];
  let streams: Socket[];
  /** What the server answers with an error. */
  let errors: Map<RegExp, { code: number; message: string }>;

  beforeEach(async () => {
    heard = [];
    streams = [];
    errors = new Map();
    server = createServer((stream) => {
      streams.push(stream);
      const connection = mysql.createConnection({ stream, isServer: true });
      const statements: string[] = [];
      heard.push(statements);
      const hear = (sql: string): void => {
        statements.push(sql);
        const error = [...errors].find(([pattern]) => pattern.test(sql))?.[1];
        if (error !== undefined) connection.writeError(error);
        else if (sql !== NEVER_ANSWERED) connection.writeOk();
        connection.sequenceId = 0;
      };
      connection
        .on('query', hear)
        .on('stmt_prepare', hear)
        .on('error', () => undefined);
      connection.serverHandshake({
        ...GREETING,
        authCallback: (_who: unknown, admit: () => void) => {
          admit();
          connection.sequenceId = 0;
        },
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    pool = createPool({ host: '127.0.0.1', port, connectionLimit: 1 }, NO_TIMEOUT);
  });
  afterEach(() => {
    jest.useRealTimers();
    pool.end(() => undefined);
    for (const stream of streams) stream.destroy();
    server.close();
  });

  const take = () =>
    new Promise<mysql.PoolConnection>((resolve, reject) => {
      pool.getConnection((error, connection) => {
        if (error) reject(error);
        else resolve(connection);
      });
    });
  /** As TypeORM sends statements. */
  const send = (connection: mysql.PoolConnection, sql: string, timeout = NO_TIMEOUT) =>
    connection.promise().query({ sql, timeout }, []);

  test('prepares a connection before anybody has it', async () => {
    const connection = await take();
    await send(connection, 'SELECT 1');
    connection.release();
    expect(heard).toEqual([
      [
        expect.stringMatching(/^SELECT .*@@GLOBAL\.read_only.* AS server_is_demoted$/),
        expect.stringMatching(/^SET SESSION innodb_lock_wait_timeout = 2, .*STRICT_TRANS_TABLES/),
        'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
        'SET SESSION wsrep_sync_wait = 7',
        'SELECT 1',
      ],
    ]);
  });

  test('keeps a connection to a server that knows no wsrep_sync_wait', async () => {
    errors.set(/wsrep/, UNKNOWN_VARIABLE);
    const connection = await take();
    await send(connection, 'SELECT 1');
    connection.release();
    await send(await take(), 'SELECT 2');
    expect(heard.map((statements) => statements.slice(4))).toEqual([['SELECT 1', 'SELECT 2']]);
  });

  test.each([
    ['innodb_lock_wait_timeout', UNKNOWN_VARIABLE],
    ['wsrep_sync_wait', OTHER_ERROR],
  ])('drops a connection that cannot be prepared (%s)', async (variable, error) => {
    errors.set(new RegExp(variable), error);
    const connection = await take();
    await send(connection, 'SELECT 1').catch(() => undefined);
    errors.clear();
    await take();
    expect(heard).toHaveLength(2);
  });

  test('drops a connection whose statement is late, and its socket at once: the server may be frozen', async () => {
    const connection = await take();
    const { stream } = connection as unknown as { stream: { destroyed: boolean } };
    const late = send(connection, NEVER_ANSWERED, 1).catch((error: unknown) => [error, stream.destroyed]);
    expect(await late).toEqual([expect.objectContaining({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' }), true]);
    connection.release();
    await send(await take(), 'SELECT 1');
    expect(heard).toHaveLength(2);
  });

  test('keeps a connection whose statement fails for another reason', async () => {
    errors.set(/nonsense/, OTHER_ERROR);
    const connection = await take();
    await expect(send(connection, 'nonsense')).rejects.toMatchObject({ code: 'ER_PARSE_ERROR' });
    await send(connection, 'SELECT 1');
    expect(heard).toHaveLength(1);
  });

  test('makes one face with promises for each connection, however often it is asked', async () => {
    const connection = await take();
    expect(connection.promise()).toBe(connection.promise());
  });

  test('lets nobody wait longer than two seconds, and takes back what comes too late for them', async () => {
    const connection = await take();
    await send(connection, 'SELECT 1');
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    const pass = (milliseconds: number) => {
      jest.advanceTimersByTime(milliseconds);
      return new Promise((resolve) => setImmediate(resolve));
    };
    const outcome = jest.fn();
    void take().then(outcome, outcome);
    await pass(1999);
    expect(outcome).not.toHaveBeenCalled();
    await pass(1);
    expect(outcome).toHaveBeenCalledWith(expect.any(DatabaseSilentError));
    connection.release();
    let next: mysql.PoolConnection | undefined;
    void take().then((free) => (next = free), jest.fn());
    await pass(0);
    expect(next === connection).toBe(true);
  });
});
