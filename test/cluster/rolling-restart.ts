import { expect, test } from '@jest/globals';
import { isShort } from './support/figures.js';
import type { Stage } from './support/stage.js';

const ROUNDS = isShort ? 1 : 4;

export function rollingRestart(stage: () => Stage): void {
  test('all instances are restarted, one after another: not one request fails', async () => {
    const load = await stage().underLoad('rolling restart', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const at of stage().instances.keys()) {
          expect(await stage().instance(at).stop('SIGTERM')).toBe(0);
          await stage().startInstance(at);
          await stage().proxy.whenUp('latchkey1', 'latchkey2', 'latchkey3');
        }
      }
      return { restarted: ROUNDS * stage().instances.length };
    });
    expect(
      Object.keys(load.statuses).filter((status) => !['200', '201', '204', '401'].includes(status)),
    ).toEqual([]);
  });
}
