import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { SmallDisk } from './support/small-disk.js';
import { Stage } from './support/stage.js';

describe('the disk that the SQLite file is on is full', () => {
  let disk: SmallDisk;
  let stage: Stage;

  beforeAll(async () => {
    disk = await SmallDisk.mount(2);
    stage = await Stage.start({ databaseUrl: `sqlite:${join(disk.directory, 'latchkey.sqlite')}` });
  });
  afterAll(async () => {
    await stage.stop();
    await disk.unmount();
  });

  test('tokens are verified as before, writes get 503, and none is acknowledged that is not done', async () => {
    const times = inLength(2, 20);
    const { judge } = await stage.survives('SQLite, disk full', async (load) => {
      // Two megabytes are too few for the log that SQLite writes before it tidies up.
      await Promise.all([load.untilTroubled(0, 50), load.untilServed(200, 0)]);
      await disk.enlarge(16);
      await load.untilServed(100, 50);
      for (let time = 0; time < times; time += 1) {
        await disk.fill();
        await Promise.all([load.untilTroubled(0, 50), load.untilServed(200, 0)]);
        expect(await stage.health('ready')).toBe(200);
        await disk.free();
        await load.untilServed(100, 50);
      }
      return 1 + times;
    });
    expect(judge.writes.unavailable).toBeGreaterThan(0);
    expect(judge.verifications.unavailable).toBe(0);
  });
});
