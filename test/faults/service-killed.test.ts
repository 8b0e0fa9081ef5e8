import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSqliteFile, type TestDatabase } from '../support/database.js';
import { inLength } from '../support/length.js';
import { createOwnMariadb } from '../harness/mariadb.js';
import { Stage } from './support/stage.js';

describe.each([
  ['SQLite', createSqliteFile],
  ['MariaDB', createOwnMariadb],
] as const)('kill -9 of the service while it writes to %s', (engine, create) => {
  let database: TestDatabase;
  let stage: Stage;

  beforeAll(async () => {
    database = await create();
    stage = await Stage.start({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await stage.stop();
    await database.drop();
  });

  test('again and again: no acknowledged write is lost, and none is done twice', async () => {
    const kills = inLength(4, 30);
    const { judge } = await stage.survives(
      `service killed, ${engine}`,
      async (load) => {
        load.judge.mayCut = true;
        for (let kill = 0; kill < kills; kill += 1) {
          await load.untilServed(50, 20);
          expect(await stage.service.stop('SIGKILL')).toBe('SIGKILL');
          await stage.startAgain();
        }
        await load.untilServed(10, 10);
        load.judge.mayCut = false;
        return kills;
      },
      { writers: 8 },
    );
    expect(judge.writes.cut).toBeGreaterThan(0);
  });
});
