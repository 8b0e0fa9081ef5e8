import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { DatabaseSettings } from '../config/settings.js';
import { createDataSource, type Schema } from './data-source.js';
import { DatabaseSilentError, isDatabaseAway, isUnderWay } from './database-errors.js';

/** Seconds one statement waits for the lock: less than the time a statement may take. */
const LOCK_WAIT_S = 4;
const LOCK_ATTEMPTS = 15;
const LOCK_NAME = "SHA1(CONCAT('latchkey-migrations/', DATABASE()))";

/** How long an instance waits for one that migrates through another node. */
const OTHERS_ATTEMPTS = 60;
const OTHERS_PAUSE_MS = 500;

/**
 * Runs the migrations that are due. Instances that start together on one server take turns. The nodes of a Galera
 * cluster share no lock, but put all changes of tables in one order: whoever comes second with the first statement
 * of a migration fails, leaves it to the first, and goes on behind it.
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

/** @throws what stood in the way, where it still does after half a minute: a migration that broke off */
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
 * Migrates before several processes open the database, of which SQLite would let only one. A server that is
 * away is left to the processes, which wait for it.
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
