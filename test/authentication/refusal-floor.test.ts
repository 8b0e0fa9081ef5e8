import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, UNKNOWN_SECRET } from '../support/factories.js';
import { useApp } from '../support/use-app.js';

/** A timer of 5 ms may go off within the fifth. */
const FLOOR_MS = 4;
/** Of so many, at least one would be sooner on any machine. */
const TIMES = 20;

/** Whether it is as long for each of them is what `npm run test:timing` measures. */
describe('a token with a wrong secret is refused no sooner than the floor', () => {
  const app = useApp();
  let ids: Record<'live' | 'expired' | 'unknown', number>;

  beforeAll(async () => {
    const user = await createUser(app);
    const { id: live } = await createToken(app, user);
    const { id: expired } = await createToken(app, user, { expiresAt: app.clock.now() });
    ids = { live, expired, unknown: expired + 1 };
  });

  const ways: [name: string, ask: (token: string) => PromiseLike<unknown>][] = [
    [
      'a bearer route',
      (token) => app.request().get('/v1/current_user').set('Authorization', `Bearer ${token}`).expect(401),
    ],
    [
      'forward-auth',
      (token) => app.request().get('/v1/verify').set('Authorization', `Bearer ${token}`).expect(401),
    ],
    ['revocation', (token) => app.request().post('/v1/revoke').type('form').send({ token }).expect(200)],
  ];

  describe.each(ways)('%s', (_, ask) => {
    test.each(['live', 'expired', 'unknown'] as const)('%s', async (kind) => {
      const took: number[] = [];
      while (took.length < TIMES) {
        const before = performance.now();
        await ask(`${ids[kind]}|${UNKNOWN_SECRET}`);
        took.push(performance.now() - before);
      }
      expect(Math.min(...took)).toBeGreaterThanOrEqual(FLOOR_MS);
    });
  });
});
