import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { Load } from '../harness/load.js';
import { Stage } from './support/stage.js';

describe('a database server that', () => {
  let server: OwnMariadb;
  let stage: Stage;

  beforeAll(async () => {
    server = await OwnMariadb.start();
    stage = await Stage.start({ databaseUrl: server.url });
  });
  afterAll(async () => {
    await stage.stop();
    await server.stop();
  });

  test('is killed in the middle of requests, again and again: 503 meanwhile, and nothing is lost', async () => {
    const kills = inLength(2, 12);
    const { judge } = await stage.survives('MariaDB killed', async (load) => {
      for (let kill = 0; kill < kills; kill += 1) {
        await server.signal('SIGKILL');
        await load.untilTroubled(50, 10);
        expect([await stage.health('live'), await stage.health('ready')]).toEqual([200, 503]);
        await server.run();
        await load.untilServed(200, 50);
      }
      return kills;
    });
    expect(judge.verifications.unavailable).toBeGreaterThan(0);
  });

  test('is frozen, again and again: 503 within the deadline meanwhile, and nothing is lost', async () => {
    const freezes = inLength(1, 5);
    const { judge } = await stage.survives('MariaDB frozen', async (load) => {
      for (let freeze = 0; freeze < freezes; freeze += 1) {
        await server.signal('SIGSTOP');
        try {
          await load.untilTroubled(50, 10);
          expect([await stage.health('live'), await stage.health('ready')]).toEqual([200, 503]);
          // Longer than a statement's timeout, so that connections given up on come round again.
          await delay(inLength(0, 6000));
        } finally {
          await server.signal('SIGCONT');
        }
        await load.untilServed(200, 50);
      }
      return freezes;
    });
    expect(judge.verifications.unavailable).toBeGreaterThan(0);
  });

  test('is away when the service starts: alive, not ready, and good again without a restart', async () => {
    const starts = inLength(1, 3);
    await stage.survives('MariaDB served meanwhile', () => Promise.resolve(0));
    for (let start = 1; start <= starts; start += 1) {
      await stage.stop();
      await server.signal('SIGKILL');
      await stage.startAgain();
      const load = new Load(stage.url, stage.cookie, stage.ledger, {});
      try {
        await load.untilTroubled(100, 20);
        expect([await stage.health('live'), await stage.health('ready')]).toEqual([200, 503]);
        await server.run();
        await load.untilServed(100, 20);
      } finally {
        await load.stop();
      }
      await stage.settle(`MariaDB away at start ${start} of ${starts}`, load.judge, 1);
    }
  });
});
