import Sqlite from 'libsql';
import { describe, expect, test } from '@jest/globals';
import { createSqliteFile, type TestDatabase } from '../support/database.js';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { ServerView } from './support/server-view.js';
import { withStage } from './support/with-stage.js';

/** Takes the locks somebody else's transaction takes. @returns what gives them back */
type Lock = (url: string) => Promise<() => Promise<void>>;

const lockRows: Lock = async (url) => {
  const { connection } = await ServerView.connect(url);
  await connection.query('START TRANSACTION');
  await connection.query('SELECT id FROM personal_access_tokens FOR UPDATE');
  return () => connection.end();
};

const lockFile: Lock = (url) => {
  // The service writes, too: wait for a moment between two of its writes.
  const file = new Sqlite(url.slice('sqlite:'.length), { timeout: 5000 });
  file.exec('BEGIN IMMEDIATE');
  return Promise.resolve(() => {
    file.exec('ROLLBACK');
    file.close();
    return Promise.resolve();
  });
};

describe.each([
  ['every token row of MariaDB', () => OwnMariadb.start(), lockRows],
  ['the SQLite file', createSqliteFile, lockFile],
] as const)('another transaction has locked %s', (what, create, lock) => {
  const on = withStage<TestDatabase>(create);

  test('no verification notices; a write waits, gets 503, and is not half done', async () => {
    const times = inLength(1, 5);
    const judge = await on.stage.survives(`locked ${what}`, async (load) => {
      for (let time = 0; time < times; time += 1) {
        const release = await lock(on.database.url);
        await Promise.all([load.untilTroubled(0, 4), load.untilServed(500, 0)]);
        await release();
        await load.untilServed(100, 20);
      }
      return times;
    });
    expect(judge.writes.unavailable).toBeGreaterThan(0);
    expect(judge.verifications.unavailable).toBe(0);
  });
});
