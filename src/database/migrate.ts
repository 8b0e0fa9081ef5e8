import type { DataSource } from 'typeorm';

/** Seconds one statement waits for the lock: less than the time a statement may take. */
const LOCK_WAIT_S = 4;
const LOCK_NAME = "SHA1(CONCAT('latchkey-migrations/', DATABASE()))";

/** Runs the migrations that are due. Instances that start together on one server take turns. */
export async function migrate(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'mysql') {
    await dataSource.runMigrations();
    return;
  }
  const lock = dataSource.createQueryRunner();
  try {
    let taken = false;
    while (!taken) {
      const [row] = await dataSource.query<{ taken: number | string }[]>(
        `SELECT GET_LOCK(${LOCK_NAME}, ${LOCK_WAIT_S}) AS taken`,
        [],
        lock,
      );
      taken = Number(row?.taken) === 1;
    }
    await dataSource.runMigrations();
  } finally {
    await lock.query(`SELECT RELEASE_LOCK(${LOCK_NAME})`).finally(() => lock.release());
  }
}
