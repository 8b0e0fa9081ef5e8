import mysql from 'mysql2';
import { DatabaseDemotedError, DatabaseSilentError, isDemotion } from './database-errors.js';
import { ASK_SERVER, isFromDemoted } from './demotion.js';

/** How long a statement waits for one of the pool's connections. */
const CONNECTION_WAIT_MS = 2000;

/**
 * The first statements of every connection.
 *
 * - Waits for locks, on a row or on a table, end before the statement's timeout, so that the server does not go on
 *   with a statement that was given up.
 * - The SQL mode is strict, and lets a backslash escape, which mysql2 relies on when it writes values into a statement.
 * - The isolation is the one in which a statement locks what it found missing (ADR 16).
 */
const SESSION_SETUP = [
  "SET SESSION innodb_lock_wait_timeout = 2, lock_wait_timeout = 2, sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
];

/**
 * Lets every statement on a Galera node wait until the node has all that any other node has acknowledged (ADR 26): 1 is
 * for reads, 2 for UPDATE and DELETE, 4 for INSERT. It is sent to every server, because neither name nor version
 * tells which servers belong to a cluster.
 */
const CAUSAL = 'SET SESSION wsrep_sync_wait = 7';

/** The answer of servers without that variable: MySQL, TiDB, Vitess. */
const HAS_NO_NODES = 'ER_UNKNOWN_SYSTEM_VARIABLE';

/**
 * Makes a pool of mysql2 that does not wait for ever for a silent server, as mysql2 itself does. TypeORM sends every
 * statement through `pool.getConnection(done)` and `connection.promise().query(…)`, which calls
 * `connection.query(…, done)`. These are the methods that are replaced.
 * @param statementTimeoutMs the timeout every statement is given
 */
export function createPool(options: mysql.PoolOptions, statementTimeoutMs: number): mysql.Pool {
  const pool = mysql.createPool(options);
  const current = new CurrentConnections();
  pool.on('connection', (connection) => {
    current.add(connection);
    dropWhenUseless(connection, current);
    keepPromising(connection);
    // They are all sent before anybody gets the connection, so they run before any other statement.
    for (const sql of [ASK_SERVER, ...SESSION_SETUP, CAUSAL]) {
      connection.query({ sql, timeout: statementTimeoutMs }, (error) => {
        if (error && sql !== ASK_SERVER && !(sql === CAUSAL && error.code === HAS_NO_NODES))
          connection.destroy();
      });
    }
  });
  leaveDemoted(pool, current);
  boundWait(pool);
  return pool;
}

type Callback = (error: NodeJS.ErrnoException | null, ...rest: unknown[]) => void;

/** The connections that were made since a server was last found to be demoted. */
class CurrentConnections {
  private connections = new WeakSet<mysql.PoolConnection>();

  add(connection: mysql.PoolConnection): void {
    this.connections.add(connection);
  }

  has(connection: mysql.PoolConnection): boolean {
    return this.connections.has(connection);
  }

  /** Others to the same server may be idle, and would answer as readily. */
  leaveAll(): void {
    this.connections = new WeakSet();
  }
}

/**
 * Closes a connection whose statement is late, or whose server is no writer any more.
 *
 * mysql2's timeout only tells the caller: the statement stays on the connection, and later ones wait behind it. `destroy`
 * only sends a goodbye, which a frozen server does not read, so the socket is closed. mysql2's types do not have the
 * socket, `stream`.
 *
 * A server that has become read-only keeps its connections, and goes on answering with tokens that have been deleted on
 * the new writer since. So neither its refusal of a write nor its answer to a read is one (ADR 37).
 */
function dropWhenUseless(connection: mysql.PoolConnection, current: CurrentConnections): void {
  const query = connection.query.bind(connection) as (...given: unknown[]) => mysql.Query;
  const dropping = (...given: unknown[]): mysql.Query => {
    const done = given.pop();
    if (typeof done !== 'function') return query(...given, done);
    const tell: Callback = (error, rows, ...rest) => {
      if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') {
        connection.destroy();
        (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
      } else if (isDemotion(error) || isFromDemoted(rows)) {
        connection.destroy();
        current.leaveAll();
        (done as Callback)(new DatabaseDemotedError(error));
        return;
      }
      (done as Callback)(error, rows, ...rest);
    };
    return query(...given, tell);
  };
  connection.query = dropping as typeof connection.query;
}

/** Hands out no connection from before a demotion: a new one leads to where the server's address leads now. */
function leaveDemoted(pool: mysql.Pool, current: CurrentConnections): void {
  const getConnection = pool.getConnection.bind(pool);
  const getCurrent: typeof pool.getConnection = (done) => {
    getConnection((error, connection) => {
      if (error || current.has(connection)) {
        done(error, connection);
        return;
      }
      connection.destroy();
      getCurrent(done);
    });
  };
  pool.getConnection = getCurrent;
}

/** Keeps what `promise()` returns. TypeORM calls it for each statement, and mysql2 loads a module each time. */
function keepPromising(connection: mysql.PoolConnection): void {
  const promising = connection.promise();
  connection.promise = () => promising;
}

/** Bounds the wait for a connection. mysql2 can only bound how many statements wait. */
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
