import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ORIGIN } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { inLength } from '../support/length.js';
import { Connections } from '../harness/connections.js';
import { Load } from '../harness/load.js';
import { Stage } from './support/stage.js';

const AT_ONCE = 32;

describe('many people who sign in at once', () => {
  let database: TestDatabase;
  let stage: Stage;

  beforeAll(async () => {
    database = await createDatabase();
    stage = await Stage.start({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await stage.stop();
    await database.drop();
  });

  /** Signs in with wrong addresses, all the time, until told to stop. @returns how often */
  async function flood(isOver: () => boolean): Promise<number> {
    const connections = new Connections(stage.url);
    let count = 0;
    const client = async (): Promise<void> => {
      while (!isOver()) {
        count += 1;
        const body = { email: `nobody${count}@example.com`, password: 'not the password of anybody' };
        const headers = { origin: ORIGIN };
        const { answer } = await connections.ask({
          method: 'POST',
          path: '/v1/auth/login',
          headers,
          body,
        });
        // Wrong, too often, or too many at once; each of them is an answer.
        expect([401, 429, 503]).toContain(answer?.status);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    connections.close();
    return count;
  }

  test(`${AT_ONCE} at a time, do not keep tokens from being verified`, async () => {
    const forMs = inLength(3000, 15_000);
    const quiet = new Load(stage.url, stage.cookie, stage.ledger, { verifiers: 16, writers: 1 });
    await quiet.untilServed(50, 20);
    await delay(forMs);
    await quiet.stop();

    const busy = new Load(stage.url, stage.cookie, stage.ledger, { verifiers: 16, writers: 1 });
    let isOver = false;
    const attempts = flood(() => isOver);
    await busy.untilServed(50, 20);
    await delay(forMs);
    isOver = true;
    await busy.stop();
    const p99 = (load: Load) => `${load.judge.verificationTimes.percentile(99).toFixed(1)} ms`;
    const more = `sign-ins: ${await attempts}; p99 of verification: ${p99(busy)}, without: ${p99(quiet)}`;
    await stage.settle('sign-in flood', busy.judge, AT_ONCE, more);
    expect(busy.judge.verifications.unavailable).toBe(0);
    expect(quiet.judge.violations).toEqual([]);
  });
});
