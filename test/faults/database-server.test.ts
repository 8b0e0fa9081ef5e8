import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { withStage } from './support/with-stage.js';

describe('a database server that', () => {
  const on = withStage(() => OwnMariadb.start());

  test('is killed in the middle of requests, again and again: 503 meanwhile, and nothing is lost', async () => {
    const kills = inLength(2, 12);
    const judge = await on.stage.survives('MariaDB killed', async (load) => {
      for (let kill = 0; kill < kills; kill += 1) {
        await on.database.signal('SIGKILL');
        await load.untilTroubled(50, 10);
        expect(await on.stage.health()).toEqual([200, 503]);
        await on.database.run();
        await load.untilServed(200, 50);
      }
      return kills;
    });
    expect(judge.verifications.unavailable).toBeGreaterThan(0);
  });

  test('is frozen, again and again: 503 within the deadline meanwhile, and nothing is lost', async () => {
    const freezes = inLength(1, 5);
    const judge = await on.stage.survives('MariaDB frozen', async (load) => {
      for (let freeze = 0; freeze < freezes; freeze += 1) {
        await on.database.signal('SIGSTOP');
        try {
          await load.untilTroubled(50, 10);
          expect(await on.stage.health()).toEqual([200, 503]);
          // Longer than a statement's timeout, so that connections given up on come round again.
          await delay(inLength(0, 6000));
        } finally {
          await on.database.signal('SIGCONT');
        }
        await load.untilServed(200, 50);
      }
      return freezes;
    });
    expect(judge.verifications.unavailable).toBeGreaterThan(0);
  });

  test('is away when the service starts: alive, not ready, and good again without a restart', async () => {
    const starts = inLength(1, 3);
    await on.stage.survives('MariaDB served meanwhile', () => Promise.resolve(0));
    for (let start = 1; start <= starts; start += 1) {
      await on.stage.stop();
      await on.database.signal('SIGKILL');
      await on.stage.startAgain();
      const load = on.stage.load();
      try {
        await load.untilTroubled(100, 20);
        expect(await on.stage.health()).toEqual([200, 503]);
        await on.database.run();
        await load.untilServed(100, 20);
      } finally {
        await load.stop();
      }
      await on.stage.settle(`MariaDB away at start ${start} of ${starts}`, load.judge, { faults: 1 });
    }
  });
});
