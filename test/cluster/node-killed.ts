import { setTimeout as delay } from 'node:timers/promises';
import { test } from '@jest/globals';
import { inLength } from '../support/length.js';
import type { Stage } from './support/stage.js';

const ROUNDS = inLength(1, 6);

/** Each time, the one that everything goes to. */
export function nodeKilled(stage: () => Stage): void {
  test('a node is killed: nothing acknowledged is lost, nothing is done twice, the service goes on', async () => {
    const { galera } = stage();
    await stage().underLoad('node killed', async () => {
      for (let round = 1; round <= ROUNDS; round += 1) {
        const inUse = await stage().nodeInUse();
        await galera.node(inUse).signal('SIGKILL');
        await delay(6000);
        // Somebody else is in use, or this throws.
        await stage().nodeInUse();
        await galera.node(inUse).run();
      }
      return { killed: ROUNDS };
    });
  });
}
