import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { TcpProxy } from '../harness/tcp-proxy.js';
import { report } from '../harness/figures.js';
import { ServerView } from './support/server-view.js';
import { withStage } from './support/with-stage.js';

describe('a network between the service and its database that', () => {
  let proxy: TcpProxy;
  const on = withStage(
    () => OwnMariadb.start(),
    async ({ url, port }) => {
      proxy = await TcpProxy.start(port);
      const through = new URL(url);
      through.port = String(proxy.port);
      return { databaseUrl: through.href, directUrl: url };
    },
  );
  afterEach(() => {
    proxy.delayMs = 0;
    proxy.clear();
  });
  afterAll(() => proxy.stop());

  test('swallows everything, now and then: 503 within the deadline, and nothing is lost', async () => {
    const holes = inLength(1, 5);
    const judge = await on.stage.survives('network blackholed', async (load) => {
      for (let hole = 0; hole < holes; hole += 1) {
        proxy.blackhole();
        await load.untilTroubled(50, 10);
        expect(await on.stage.health()).toEqual([200, 503]);
        proxy.clear();
        await load.untilServed(200, 50);
      }
      return holes;
    });
    expect(judge.verifications.unavailable).toBeGreaterThan(0);
  });

  test('resets all connections, again and again: 503 at once, and nothing is lost', async () => {
    const resets = inLength(30, 300);
    const judge = await on.stage.survives('network reset', async (load) => {
      for (let reset = 0; reset < resets; reset += 1) {
        expect(proxy.reset()).toBeGreaterThan(0);
        await load.untilServed(20, 2);
      }
      return resets;
    });
    expect(judge.verifications.unavailable + judge.writes.unavailable).toBeGreaterThan(0);
  });

  test.each([25, 100])('takes %d ms each way: all is served, and nothing is lost', async (delayMs) => {
    const judge = await on.stage.survives(`network slow by ${delayMs} ms each way`, async (load) => {
      proxy.delayMs = delayMs;
      await load.untilServed(inLength(300, 3000), inLength(10, 100));
      return 1;
    });
    expect([judge.verifications.unavailable, judge.writes.unavailable]).toEqual([0, 0]);
  });

  test('is slow costs verification far less than one round trip for each request', async () => {
    const clients = 128;
    /** What so many clients get in so long. */
    const measure = async (delayMs: number, forMs: number) => {
      proxy.delayMs = delayMs;
      const load = on.stage.load({ verifiers: clients, writers: 0 });
      await load.untilServed(clients, 0);
      const { judge } = load;
      const from = { at: performance.now(), selects: await view.selects(), requests: judge.answers.length };
      await delay(forMs);
      const requests = judge.answers.length - from.requests;
      const [selects, seconds] = [
        (await view.selects()) - from.selects,
        (performance.now() - from.at) / 1000,
      ];
      await load.stop();
      expect(judge.violations).toEqual([]);
      report(`${clients} clients, ${2 * delayMs} ms for a round trip`, {
        'verifications/s': Math.round(requests / seconds),
        'for each statement': (requests / selects).toFixed(1),
      });
      return { requests, selects, roundTrips: (seconds * 1000) / (2 * delayMs) };
    };
    const view = await ServerView.connect(on.database.url);
    await measure(0, inLength(2000, 5000));
    const far = await measure(50, inLength(4000, 10_000));
    await view.close();
    // One connection that carries one question at a time would have answered that many.
    expect(far.requests).toBeGreaterThan(10 * far.roundTrips);
    expect(far.requests).toBeGreaterThan(10 * far.selects);
  });
});
