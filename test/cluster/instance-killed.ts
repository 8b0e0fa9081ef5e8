import { setTimeout as delay } from 'node:timers/promises';
import { test } from '@jest/globals';
import { inLength } from '../support/length.js';
import type { Stage } from './support/stage.js';

const ROUNDS = inLength(3, 12);

/**
 * Some answers are lost with it. What reads, HAProxy asks of another. For a write it gives 503; on a connection that
 * its client has used before, it hangs up instead, as HTTP has it for a kept connection that fails.
 */
export function instanceKilled(stage: () => Stage): void {
  test('an instance is killed: nothing acknowledged is lost, nothing is done twice, the service goes on', async () => {
    const disturb = async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const at = round % stage().instances.length;
        await stage().instance(at).stop('SIGKILL');
        await delay(1000);
        await stage().startInstance(at);
        await stage().proxy.whenUp();
      }
      return { killed: ROUNDS };
    };
    await stage().underLoad('instance killed', disturb, { writesMayBreak: true });
  });
}
