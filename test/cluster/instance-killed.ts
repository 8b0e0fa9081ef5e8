import { setTimeout as delay } from 'node:timers/promises';
import { test } from '@jest/globals';
import { isShort } from './support/figures.js';
import type { Stage } from './support/stage.js';

const ROUNDS = isShort ? 3 : 12;

/** Some answers are lost with it, and HAProxy gives 503 in their place. */
export function instanceKilled(stage: () => Stage): void {
  test('an instance is killed: nothing acknowledged is lost, nothing is done twice, the service goes on', async () => {
    await stage().underLoad('instance killed', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const at = round % stage().instances.length;
        await stage().instance(at).stop('SIGKILL');
        await delay(1000);
        await stage().startInstance(at);
        await stage().proxy.whenUp('latchkey1', 'latchkey2', 'latchkey3');
      }
      return { killed: ROUNDS };
    });
  });
}
