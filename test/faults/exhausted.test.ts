import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { until } from '../support/until.js';
import { say } from '../harness/figures.js';
import { burst } from './support/pipeline.js';
import { ServerView } from '../harness/server-view.js';
import { Stage } from './support/stage.js';

/** TypeORM's pool opens as many at most. */
const POOL = 10;
/** And as many statements may wait for one of them. */
const QUEUE = 1000;
/** Much longer than a statement may take, so that many are given up on. */
const LONG_MS = 12_000;
const LOCKED = ['personal_access_tokens', 'users', 'sessions'].map((table) => `${table} WRITE`).join(', ');

describe('connections to the database that are used up', () => {
  let server: OwnMariadb;
  let stage: Stage;
  let view: ServerView;

  beforeAll(async () => {
    server = await OwnMariadb.start();
    const admin = await ServerView.connect(server.url);
    await admin.connection.query("CREATE USER 'service'@'127.0.0.1'");
    await admin.connection.query("GRANT ALL ON latchkey.* TO 'service'@'127.0.0.1'");
    view = admin;
    const own = new URL(server.url);
    own.username = 'service';
    stage = await Stage.start({ databaseUrl: own.href, directUrl: server.url });
  });
  afterAll(async () => {
    await view.close();
    await stage.stop();
    await server.stop();
  });

  test('by a table that is locked: 503 in time, and the statements given up on do not pile up', async () => {
    const times = inLength(1, 4);
    let most = 0;
    await stage.survives('pool exhausted by a held lock', async (load) => {
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
    say(`connections at most while a table was locked: ${most}`);
    expect(most).toBeLessThanOrEqual(POOL);
  });

  test('by more requests than may wait: 503 for all, and no queue without an end', async () => {
    const lines = ['GET /v1/current_user HTTP/1.1', `Cookie: ${stage.cookie}`];
    await view.connection.query(`LOCK TABLES ${LOCKED}`);
    const from = stage.service.lines.length;
    const answers = await burst(stage.url, lines, { connections: 20, each: 100 });
    await view.connection.query('UNLOCK TABLES');
    const logged = (text: string) =>
      stage.service.lines.slice(from).filter((line) => line.includes(text)).length;
    await until(() => logged('"route":"/v1/current_user","status":503') >= 2000);
    const refused = logged('Queue limit reached.');
    say(`2000 at once: ${refused} refused at once; all answered after ${Math.round(answers.ms)} ms`);
    expect(answers.statuses).toEqual(new Map([[503, 2000]]));
    expect(answers.withRetryAfter).toBe(2000);
    expect(refused).toBeGreaterThanOrEqual(2000 - QUEUE - POOL);
    expect(answers.ms).toBeLessThan(LONG_MS);
    await stage.untilReady();
  });

  test('down to one, by the server: what finds it taken gets 503 in time', async () => {
    const { judge } = await stage.survives('one connection allowed', async (load) => {
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
