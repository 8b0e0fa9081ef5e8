import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { schema } from '../../src/schema.js';
import { engine } from '../support/database.js';
import { OwnMariadb } from '../harness/mariadb.js';

const onMysql = engine === 'mysql' ? describe : describe.skip;

onMysql('whatever a server is set to, the first statement of a connection finds', () => {
  let server: OwnMariadb;
  let dataSource: DataSource;

  beforeAll(async () => {
    server = await OwnMariadb.start();
    const admin = await createConnection(server.url);
    await admin.query(
      "SET GLOBAL sql_mode = '', GLOBAL innodb_lock_wait_timeout = 100, GLOBAL wsrep_sync_wait = 0",
    );
    await admin.query('SET GLOBAL TRANSACTION ISOLATION LEVEL READ UNCOMMITTED');
    await admin.end();
    dataSource = createDataSource(readSettings({ DATABASE_URL: server.url }).database, schema);
    await dataSource.initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await server.stop();
  });

  test.each([
    ['wsrep_sync_wait', 7],
    ['tx_isolation', 'REPEATABLE-READ'],
    ['innodb_lock_wait_timeout', 2],
    ['sql_mode', 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'],
  ])('%s = %s', async (name, value) => {
    // Each takes a connection of its own, which nobody has used before.
    const runners = Array.from({ length: 4 }, () => dataSource.createQueryRunner());
    const rows = await Promise.all(
      runners.map((runner) => runner.query(`SELECT @@SESSION.${name} AS value`)),
    );
    await Promise.all(runners.map((runner) => runner.release()));
    for (const [row] of rows as { value: unknown }[][]) {
      expect(typeof value === 'number' ? Number(row?.value) : row?.value).toEqual(value);
    }
  });
});
