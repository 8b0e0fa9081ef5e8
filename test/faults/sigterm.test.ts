import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { report } from '../harness/figures.js';
import { readTokens } from '../harness/comparison.js';
import { ServerView } from './support/server-view.js';
import { Stage } from './support/stage.js';

/** Far from the 10 s after which the service cuts what is left: that is not the reason for which it ends. */
const AT_ONCE_MS = 5000;
const IDLE = 50;

describe('SIGTERM', () => {
  let server: OwnMariadb;
  let stage: Stage;
  let view: ServerView;

  beforeAll(async () => {
    server = await OwnMariadb.start();
  });
  beforeEach(async () => {
    stage = await Stage.start({ databaseUrl: server.url, env: { BACKGROUND_FLUSH_MS: '3600000' } });
    view = await ServerView.connect(server.url);
  });
  afterEach(async () => {
    await view.connection.query('DELETE FROM users');
    await view.close();
    await stage.stop();
  });
  afterAll(() => server.stop());

  /** A connection that has had its answer, and is kept for the next request. */
  async function idleConnection(): Promise<Socket> {
    const { hostname, port } = new URL(stage.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    return socket;
  }

  test('a slow request ends well, idle connections are closed, and uses are written down', async () => {
    const token = await stage.person.token();
    expect(await stage.verify(token.plainText)).toBe(200);
    const idle = await Promise.all(Array.from({ length: IDLE }, idleConnection));
    const closed = Promise.all(idle.map((socket) => once(socket, 'close')));

    // The create waits for the lock on its user; the lock goes when the service has begun to stop.
    await view.connection.query('START TRANSACTION');
    await view.connection.query('SELECT id FROM users FOR UPDATE');
    const slow = stage.person.token();
    await view.untilWaiting();
    const startedAt = performance.now();
    const stopped = stage.service.stop('SIGTERM');
    await closed;
    await view.connection.query('COMMIT');
    const created = await slow;

    expect(await stopped).toBe(0);
    const ms = performance.now() - startedAt;
    report('SIGTERM', {
      'idle connections closed': IDLE,
      'ended after': `${Math.round(ms)} ms`,
      'requests cut': 0,
    });
    expect(ms).toBeLessThan(AT_ONCE_MS);
    const ids = (await readTokens(server.url)).map(({ id }) => id);
    expect(ids).toContain(created.id);
    const [rows] = await view.connection.query(
      'SELECT last_used_at FROM personal_access_tokens WHERE id = ?',
      [token.id],
    );
    expect(rows).toEqual([{ last_used_at: expect.any(Date) }]);
  });

  test('under load, again and again: no acknowledged write is lost', async () => {
    const stops = inLength(2, 15);
    await stage.survives('SIGTERM under load', async (load) => {
      // Between the one that has gone and the one that comes, nobody is there.
      load.judge.mayCut = 'everything';
      for (let stop = 0; stop < stops; stop += 1) {
        await load.untilServed(50, 20);
        expect(await stage.service.stop('SIGTERM')).toBe(0);
        await stage.startAgain();
      }
      await load.untilServed(10, 10);
      load.judge.mayCut = 'nothing';
      return stops;
    });
  });
});
