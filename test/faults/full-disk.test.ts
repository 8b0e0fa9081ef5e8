import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { SmallDisk } from './support/small-disk.js';
import { withStage } from './support/with-stage.js';

describe('the disk that the SQLite file is on is full', () => {
  let disk: SmallDisk;
  const on = withStage(async () => {
    disk = await SmallDisk.mount(2);
    return {
      url: `sqlite:${join(disk.directory, 'latchkey.sqlite')}`,
      drop: () => disk.unmount(),
    };
  });

  test('tokens are verified as before, writes get 503, and none is acknowledged that is not done', async () => {
    const times = inLength(2, 20);
    const judge = await on.stage.survives('SQLite, disk full', async (load) => {
      // Two megabytes are too few for the log that SQLite writes before it tidies up.
      await Promise.all([load.untilTroubled(0, 50), load.untilServed(200, 0)]);
      await disk.enlarge(16);
      await load.untilServed(100, 50);
      for (let time = 0; time < times; time += 1) {
        await disk.fill();
        await Promise.all([load.untilTroubled(0, 50), load.untilServed(200, 0)]);
        expect(await on.stage.health()).toEqual([200, 200]);
        await disk.free();
        await load.untilServed(100, 50);
      }
      return 1 + times;
    });
    expect(judge.writes.unavailable).toBeGreaterThan(0);
    expect(judge.verifications.unavailable).toBe(0);
  });
});
