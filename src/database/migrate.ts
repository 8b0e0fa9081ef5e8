import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';
import { createDataSource, type Schema } from './data-source.js';
import { DatabaseSilentError, isDatabaseAway, isUnderWay } from './database-errors.js';

/** How long one statement waits for the lock, in seconds. It must be less than the timeout of a statement. */
const LOCK_WAIT_S = 4;
const LOCK_ATTEMPTS = 15;
const LOCK_NAME = "SHA1(CONCAT('latchkey-migrations/', DATABASE()))";

/** How often an instance looks again while another one migrates through another node. */
const OTHERS_ATTEMPTS = 60;
const OTHERS_PAUSE_MS = 500;

/**
 * Runs the migrations that are due. Instances that start together take turns by a lock of the server. The nodes of a
 * Galera cluster share no lock, but they execute changes of tables in one order. So the instance that comes second
 * fails with the first statement of a migration, leaves it to the other instance, and waits until it is done.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'mysql') {
    await dataSource.runMigrations();
    return;
  }
  const lock = dataSource.createQueryRunner();
  try {
    for (let attempt = 1, taken = false; !taken; attempt += 1) {
      if (attempt > LOCK_ATTEMPTS) throw new DatabaseSilentError('Another instance is migrating.');
      const [row] = await dataSource.query<{ taken: number | string }[]>(
        `SELECT GET_LOCK(${LOCK_NAME}, ${LOCK_WAIT_S}) AS taken`,
        [],
        lock,
      );
      taken = Number(row?.taken) === 1;
    }
    await migrateBesideOthers(dataSource);
  } finally {
    await lock.query(`SELECT RELEASE_LOCK(${LOCK_NAME})`).finally(() => lock.release());
  }
}

/** @throws the error that is still there after half a minute, because a migration broke off */
async function migrateBesideOthers(dataSource: DataSource): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dataSource.runMigrations();
      return;
    } catch (error) {
      if (attempt === OTHERS_ATTEMPTS || !isUnderWay(error)) throw error;
    }
    await delay(OTHERS_PAUSE_MS);
  }
}

/**
 * Migrates once, before several processes open the database, because SQLite lets only one of them migrate. If a
 * database server is away, this does nothing: the processes wait for it and migrate.
 */
export async function migrateOnce(database: DatabaseSettings, schema: Schema): Promise<void> {
  const dataSource = createDataSource(database, schema);
  try {
    await dataSource.initialize();
    await migrate(dataSource);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
