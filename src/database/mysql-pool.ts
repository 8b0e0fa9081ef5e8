import mysql from 'mysql2';
import { DatabaseSilentError } from './database-errors.js';

/** How long a statement waits for one of the pool's connections. */
const CONNECTION_WAIT_MS = 2000;

/**
 * What every connection begins with. A wait for a lock, on a row or on a whole table, ends before the
 * statement's timeout does, so that no abandoned statement lives on in the server. The mode is set whole: a value that does not fit is an error,
 * and a backslash escapes, as mysql2 takes for granted when it writes values into a statement. Under another
 * isolation, a statement would not lock what it found missing (ADR 16).
 */
const SESSION_SETUP = [
  "SET SESSION innodb_lock_wait_timeout = 2, lock_wait_timeout = 2, sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
];

/**
 * On a Galera node, every statement first waits until the node has what any other has acknowledged (ADR 26):
 * 1 for reads, 2 for UPDATE and DELETE, 4 for INSERT. Sent to every server, since no name or version says which
 * ones have nodes.
 */
const CAUSAL = 'SET SESSION wsrep_sync_wait = 7';

/** The answer of a server that knows no such wait: MySQL, TiDB, Vitess. */
const HAS_NO_NODES = 'ER_UNKNOWN_SYSTEM_VARIABLE';

/**
 * mysql2's pool, which by itself waits without end for a server that has fallen silent. Its methods are replaced at
 * the two places that TypeORM goes through with every statement: `pool.getConnection(done)`, and
 * `connection.promise().query(…)`, which calls `connection.query(…, done)`.
 * @param statementTimeoutMs the timeout every statement is given
 */
export function createPool(options: mysql.PoolOptions, statementTimeoutMs: number): mysql.Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    dropWhenLate(connection);
    keepPromising(connection);
    // All are on their way before anybody has the connection: no statement of a request comes first.
    for (const sql of [...SESSION_SETUP, CAUSAL]) {
      connection.query({ sql, timeout: statementTimeoutMs }, (error) => {
        if (error && !(sql === CAUSAL && error.code === HAS_NO_NODES)) connection.destroy();
      });
    }
  });
  boundWait(pool);
  return pool;
}

type Callback = (error: NodeJS.ErrnoException | null, ...rest: unknown[]) => void;

/**
 * A timeout only tells the caller: the statement stays where it is, and all later ones queue up behind it. `destroy`
 * only says goodbye, which a frozen server does not hear; `stream`, the socket, is missing from mysql2's types.
 */
function dropWhenLate(connection: mysql.PoolConnection): void {
  const query = connection.query.bind(connection) as (...given: unknown[]) => mysql.Query;
  const dropping = (...given: unknown[]): mysql.Query => {
    const done = given.pop();
    if (typeof done !== 'function') return query(...given, done);
    const tell: Callback = (error, ...rest) => {
      if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') {
        connection.destroy();
        (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
      }
      (done as Callback)(error, ...rest);
    };
    return query(...given, tell);
  };
  connection.query = dropping as typeof connection.query;
}

/** TypeORM asks for it with every statement, and mysql2 looks for its own module, and makes another, every time. */
function keepPromising(connection: mysql.PoolConnection): void {
  const promising = connection.promise();
  connection.promise = () => promising;
}

/** mysql2 has a limit for how many wait for a connection, and none for how long. */
function boundWait(pool: mysql.Pool): void {
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (done) => {
    let waiting = true;
    const deadline = setTimeout(() => {
      waiting = false;
      const error = new DatabaseSilentError('No connection to the database came free in time.');
      done(error, undefined as never);
    }, CONNECTION_WAIT_MS);
    getConnection((error, connection) => {
      clearTimeout(deadline);
      if (waiting) done(error, connection);
      else if (!error) connection.release();
    });
  };
}
