import mysql from 'mysql2';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';
import { createPool } from './mysql-pool.js';
import { SqliteDatabase } from './sqlite-driver.js';
import { StatementLogger } from './statement-logger.js';

/** A server that has not answered a statement by then is away (mysql2 itself would wait for ever). */
const STATEMENT_TIMEOUT_MS = 5000;

/** A statement that finds more than this many others waiting for a connection fails at once. */
const CONNECTION_QUEUE_LIMIT = 1000;

/** SQLite waits for another writer by holding up the whole process, so it hardly may: `patiently` does not. */
const SQLITE_BUSY_TIMEOUT_MS = 10;

/** What is in the database, and how it came there. */
export type Schema = Required<Pick<DataSourceOptions, 'entities' | 'migrations'>>;

const shared = {
  migrationsTransactionMode: 'each',
  synchronize: false,
  logger: new StatementLogger(),
} satisfies Partial<DataSourceOptions>;

/** The data source for a database, not connected yet. */
export function createDataSource(database: DatabaseSettings, schema: Schema): DataSource {
  const options = database.engine === 'sqlite' ? sqliteOptions(database) : mysqlOptions(database);
  const dataSource = new DataSource({ ...options, ...schema });
  if (database.engine === 'sqlite') readBigintAsInteger(dataSource);
  return dataSource;
}

function sqliteOptions(database: DatabaseSettings & { engine: 'sqlite' }): DataSourceOptions {
  return {
    ...shared,
    type: 'better-sqlite3',
    driver: SqliteDatabase,
    database: database.path,
    enableWAL: true,
    timeout: SQLITE_BUSY_TIMEOUT_MS,
  };
}

function mysqlOptions({ engine, user, ...rest }: DatabaseSettings & { engine: 'mysql' }): DataSourceOptions {
  return {
    ...shared,
    ...rest,
    type: engine,
    driver: {
      ...mysql,
      createPool: (options: mysql.PoolOptions) => createPool(options, STATEMENT_TIMEOUT_MS),
    },
    username: user,
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: STATEMENT_TIMEOUT_MS,
    maxQueryExecutionTime: STATEMENT_TIMEOUT_MS,
    enableQueryTimeout: true,
    // A stack for each statement, only in case it fails, is a tenth of what mysql2 does for it.
    extra: { queueLimit: CONNECTION_QUEUE_LIMIT, trace: false },
  };
}

/**
 * SQLite's only 64-bit type is `integer`, the one AUTOINCREMENT takes; entities say `bigint` for both engines. TypeORM
 * asks the driver's `normalizeType` for every type that it writes or compares, and has no setting for it.
 */
function readBigintAsInteger({ driver }: DataSource): void {
  const normalizeType = driver.normalizeType.bind(driver);
  driver.normalizeType = (column) => (column.type === 'bigint' ? 'integer' : normalizeType(column));
}
