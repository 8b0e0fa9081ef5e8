import { describe, expect, test } from '@jest/globals';
import { createSqliteFile, type TestDatabase } from '../support/database.js';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { withStage } from './support/with-stage.js';

describe.each([
  ['SQLite', createSqliteFile],
  ['MariaDB', () => OwnMariadb.start()],
] as const)('kill -9 of the service while it writes to %s', (engine, create) => {
  const on = withStage<TestDatabase>(create);

  test('again and again: no acknowledged write is lost, and none is done twice', async () => {
    const kills = inLength(4, 30);
    const judge = await on.stage.survives(
      `service killed, ${engine}`,
      async (load) => {
        load.judge.mayCut = 'everything';
        for (let kill = 0; kill < kills; kill += 1) {
          await load.untilServed(50, 20);
          expect(await on.stage.service.stop('SIGKILL')).toBe('SIGKILL');
          await on.stage.startAgain();
        }
        await load.untilServed(10, 10);
        load.judge.mayCut = 'nothing';
        return kills;
      },
      { writers: 8 },
    );
    expect(judge.writes.cut).toBeGreaterThan(0);
  });
});
