import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDatabase } from '../support/database.js';
import { inLength } from '../support/length.js';
import { Faketime } from './support/faketime.js';
import { withStage } from './support/with-stage.js';

const HOUR_S = 3600;
/** Of the limit on failed attempts for one account at one address. */
const WINDOW_S = 900;

describe('the clock of a running service', () => {
  let faketime: Faketime;
  beforeAll(async () => {
    faketime = await Faketime.create();
  });
  beforeEach(() => faketime.jump(0));
  const on = withStage(createDatabase, () => ({ env: faketime.env }));
  afterAll(() => faketime.remove());

  const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_S * 1000).toISOString();

  test('jumps forth and back under load: tokens without an end are as good as before', async () => {
    const jumps = inLength(10, 100);
    await on.stage.survives('clock jumps', async (load) => {
      for (let jump = 0; jump < jumps; jump += 1) {
        await faketime.jump((jump % 2 === 0 ? 1 : -1) * HOUR_S);
        await load.untilServed(20, 5);
      }
      await faketime.jump(0);
      return jumps;
    });
  });

  test('goes ahead: what expires by then is refused; back: it is good again for nobody', async () => {
    const create = async (hours: number) =>
      (await on.stage.person.token({ expires_at: inHours(hours) })).plainText;
    const [soon, late] = [await create(10), await create(30)];
    expect([await on.stage.verify(soon), await on.stage.verify(late)]).toEqual([200, 200]);
    await faketime.jump(20 * HOUR_S);
    expect([await on.stage.verify(soon), await on.stage.verify(late)]).toEqual([401, 200]);
    await faketime.jump(-20 * HOUR_S);
    expect([await on.stage.verify(soon), await on.stage.verify(late)]).toEqual([401, 200]);
    await faketime.jump(40 * HOUR_S);
    expect(await on.stage.verify(late)).toBe(401);
  });

  test('jumps, and whoever has guessed too often waits as long as before', async () => {
    const guess = async () => {
      const answer = await fetch(`${on.stage.url}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'nobody@example.com', password: 'certainly not the password' }),
      });
      return { status: answer.status, wait: Number(answer.headers.get('retry-after')) };
    };
    for (let n = 0; n < 10; n += 1) expect((await guess()).status).toBe(401);
    for (const hours of [0, 1, -1, 48, -48]) {
      await faketime.jump(hours * HOUR_S);
      const { status, wait } = await guess();
      expect(status).toBe(429);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(WINDOW_S);
    }
  });
});
