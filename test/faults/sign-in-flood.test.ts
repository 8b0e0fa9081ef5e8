import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createDatabase } from '../support/database.js';
import { inLength } from '../support/length.js';
import { Connections, type Header } from '../harness/connections.js';
import type { Load } from '../harness/load.js';
import { ORIGIN } from '../harness/service.js';
import { withStage } from './support/with-stage.js';

const AT_ONCE = 32;
const headers: Header[] = [['Origin', ORIGIN]];

describe('many people who sign in at once', () => {
  const on = withStage(createDatabase);

  /** Signs in with wrong addresses, all the time, until told to stop. @returns how often */
  async function flood(isOver: () => boolean): Promise<number> {
    const connections = new Connections(on.stage.url);
    let count = 0;
    const client = async (): Promise<void> => {
      while (!isOver()) {
        count += 1;
        const body = { email: `nobody${count}@example.com`, password: 'not the password of anybody' };
        const { status } = await connections.ask({ method: 'POST', path: '/v1/auth/login', headers, body });
        // Wrong, too often, or too many at once; each of them is an answer.
        expect([401, 429, 503]).toContain(status);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    connections.close();
    return count;
  }

  test(`${AT_ONCE} at a time, do not keep tokens from being verified`, async () => {
    const forMs = inLength(3000, 15_000);
    const quiet = on.stage.load({ writers: 1 });
    await quiet.untilServed(50, 20);
    await delay(forMs);
    await quiet.stop();

    const busy = on.stage.load({ writers: 1 });
    let isOver = false;
    const attempts = flood(() => isOver);
    await busy.untilServed(50, 20);
    await delay(forMs);
    isOver = true;
    await busy.stop();
    const p99 = (load: Load) => `${load.judge.verificationP99Ms.toFixed(1)} ms`;
    await on.stage.settle('sign-in flood', busy.judge, {
      faults: AT_ONCE,
      'sign-ins': await attempts,
      'p99 of verification': `${p99(busy)}, without: ${p99(quiet)}`,
    });
    expect(busy.judge.verifications.unavailable).toBe(0);
    expect(quiet.judge.violations).toEqual([]);
  });
});
