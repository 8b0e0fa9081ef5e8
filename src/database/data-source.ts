import mysql from 'mysql2';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';
import { createPool } from './mysql-pool.js';
import { SqliteDatabase } from './sqlite-driver.js';
import { StatementLogger } from './statement-logger.js';

/** A server that has not answered a statement in this time is treated as away. mysql2 itself waits for ever. */
const STATEMENT_TIMEOUT_MS = 5000;

/** If more statements than this wait for a connection, the next one fails at once. */
const CONNECTION_QUEUE_LIMIT = 1000;

/** Short, because SQLite's own wait for another writer blocks the whole process. `patiently` waits without that. */
const SQLITE_BUSY_TIMEOUT_MS = 10;

/** The entities, and the migrations that make their tables. */
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
    // Without `trace`, mysql2 does not record a stack for each statement, which is a tenth of its work.
    extra: { queueLimit: CONNECTION_QUEUE_LIMIT, trace: false },
  };
}

/**
 * Entities say `bigint` for both engines, but SQLite's AUTOINCREMENT needs the type `integer`, which has 64 bits, too.
 * TypeORM has no setting for this, but asks the driver's `normalizeType` for every type that it writes or compares.
 */
function readBigintAsInteger({ driver }: DataSource): void {
  const normalizeType = driver.normalizeType.bind(driver);
  driver.normalizeType = (column) => (column.type === 'bigint' ? 'integer' : normalizeType(column));
}
