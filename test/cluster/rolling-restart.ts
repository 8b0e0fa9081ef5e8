import { expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import type { Stage } from './support/stage.js';

const ROUNDS = inLength(1, 4);

export function rollingRestart(stage: () => Stage): void {
  test('all instances are restarted, one after another: not one request fails', async () => {
    const load = await stage().underLoad('rolling restart', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const at of stage().instances.keys()) {
          expect(await stage().instance(at).stop('SIGTERM')).toBe(0);
          await stage().startInstance(at);
          await stage().proxy.whenUp();
        }
      }
      return { restarted: ROUNDS * stage().instances.length };
    });
    const right = [200, 201, 204, 401];
    expect([...load.judge.statuses.keys()].filter((status) => !right.includes(status))).toEqual([]);
  });
}
