import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { until } from '../support/until.js';
import { report } from '../harness/figures.js';
import { burst } from './support/pipeline.js';
import { ServerView } from './support/server-view.js';
import { withStage } from './support/with-stage.js';

/** TypeORM's pool opens as many at most. */
const POOL = 10;
/** And as many statements may wait for one of them. */
const QUEUE = 1000;
/** Much longer than a statement may take, so that many are given up on. */
const LONG_MS = 12_000;
const LOCKED = ['personal_access_tokens', 'users', 'sessions'].map((table) => `${table} WRITE`).join(', ');

describe('connections to the database that are used up', () => {
  let view: ServerView;
  const on = withStage(
    () => OwnMariadb.start(),
    async ({ url }) => {
      view = await ServerView.connect(url);
      await view.connection.query("CREATE USER 'service'@'127.0.0.1'");
      await view.connection.query("GRANT ALL ON latchkey.* TO 'service'@'127.0.0.1'");
      const own = new URL(url);
      own.username = 'service';
      return { databaseUrl: own.href, directUrl: url };
    },
  );
  afterAll(() => view.close());

  test('by a table that is locked: 503 in time, and the statements given up on do not pile up', async () => {
    const times = inLength(1, 4);
    let most = 0;
    await on.stage.survives('pool exhausted by a held lock', async (load) => {
      for (let time = 0; time < times; time += 1) {
        await view.connection.query(`LOCK TABLES ${LOCKED}`);
        await Promise.all([load.untilTroubled(100, 10), delay(LONG_MS)]);
        // The server does not notice that a client has gone while its statement waits.
        most = Math.max(most, await view.connections());
        await view.connection.query('UNLOCK TABLES');
        await load.untilServed(200, 50);
      }
      return times;
    });
    report('a table locked', { 'connections at most': most });
    expect(most).toBeLessThanOrEqual(POOL);
  });

  test('by more requests than may wait: 503 for all, and no queue without an end', async () => {
    const lines = ['GET /v1/current_user HTTP/1.1', `Cookie: ${on.stage.person.cookie}`];
    await view.connection.query(`LOCK TABLES ${LOCKED}`);
    const from = on.stage.service.lines.length;
    const answers = await burst(on.stage.url, lines, { connections: 20, each: 100 });
    await view.connection.query('UNLOCK TABLES');
    const logged = (text: string) =>
      on.stage.service.lines.slice(from).filter((line) => line.includes(text)).length;
    await until(() => logged('"route":"/v1/current_user","status":503') >= 2000);
    const refused = logged('Queue limit reached.');
    report('2000 at once', {
      'refused at once': refused,
      'all answered after': `${Math.round(answers.ms)} ms`,
    });
    expect(answers.statuses).toEqual(new Map([[503, 2000]]));
    expect(answers.withRetryAfter).toBe(2000);
    expect(refused).toBeGreaterThanOrEqual(2000 - QUEUE - POOL);
    expect(answers.ms).toBeLessThan(LONG_MS);
    await on.stage.untilReady();
  });

  test('down to one, by the server: what finds it taken gets 503 in time', async () => {
    const judge = await on.stage.survives('one connection allowed', async (load) => {
      await view.connection.query("ALTER USER 'service'@'127.0.0.1' WITH MAX_USER_CONNECTIONS 1");
      await view.connection.query("KILL CONNECTION USER 'service'");
      await load.untilTroubled(inLength(50, 2000), inLength(20, 1000));
      expect(await view.connections()).toBeLessThanOrEqual(1);
      // Some get through, one after the other.
      await load.untilServed(50, 0);
      await view.connection.query("ALTER USER 'service'@'127.0.0.1' WITH MAX_USER_CONNECTIONS 0");
      return 1;
    });
    expect(judge.verifications.unavailable).toBeGreaterThan(0);
  });
});
