import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { RateLimit } from '../../src/limits/rate-limit.entity.js';
import { RateLimits } from '../../src/limits/rate-limits.js';
import { TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { OwnRedis } from '../harness/redis.js';
import { until } from '../support/until.js';
import { withApp } from '../support/with-app.js';

const WRONG = 'certainly not the password';
const TEN = 10;

const attempt = async (app: TestApp, email: string): Promise<number> => {
  const answer = await app.request().post('/v1/auth/login').send({ email, password: WRONG });
  return answer.status;
};

async function fail(app: TestApp, email: string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) expect(await attempt(app, email)).toBe(401);
}

/** As if time had passed. */
const moveEnds = (app: TestApp, ms: number) =>
  app.dataSource.query(`UPDATE rate_limits SET ends_at = ends_at + ${ms}`);

describe('instances with one database', () => {
  let database: TestDatabase;
  const apps: TestApp[] = [];
  const another = async () => {
    const app = await TestApp.start({ database });
    apps.push(app);
    return app;
  };

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.stop();
  });
  afterAll(() => database.drop());

  test('count together, in parallel, too', async () => {
    const [one, two] = [await another(), await another()];
    const attempts = Array.from({ length: 2 * TEN }, (_, n) => attempt(n % 2 ? one : two, 'a@example.com'));
    const statuses = (await Promise.all(attempts)).sort();
    expect(statuses).toEqual([...Array<number>(TEN).fill(401), ...Array<number>(TEN).fill(429)]);
  });

  test('remember after a restart', async () => {
    const before = await another();
    await fail(before, 'b@example.com', TEN);
    apps.splice(0);
    await before.stop();
    expect(await attempt(await another(), 'b@example.com')).toBe(429);
  });

  test('let in again when the window is over, and not before', async () => {
    const app = await another();
    await fail(app, 'c@example.com', TEN);
    await moveEnds(app, -14 * 60_000);
    expect(await attempt(app, 'c@example.com')).toBe(429);
    await moveEnds(app, -60_000);
    expect(await attempt(app, 'c@example.com')).toBe(401);
  });

  test('let in, too, where a count seems to end later than any window: its clock has been put back', async () => {
    const app = await another();
    await fail(app, 'd@example.com', TEN);
    await moveEnds(app, 15 * 60_000);
    expect(await attempt(app, 'd@example.com')).toBe(401);
  });

  test('do not go by the time of day of the service', async () => {
    const app = await another();
    await fail(app, 'e@example.com', TEN);
    app.clock.advance(24 * 3_600_000);
    expect(await attempt(app, 'e@example.com')).toBe(429);
  });

  test('keep nothing that names anybody', async () => {
    const app = await another();
    await fail(app, 'f@example.com', 1);
    const rows = await app.dataSource.getRepository(RateLimit).find();
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of rows) expect(name).toMatch(/^[0-9a-f]{64}$/);
  });

  test('throw away what is over', async () => {
    const app = await another();
    await fail(app, 'g@example.com', 1);
    const counts = app.dataSource.getRepository(RateLimit);
    await moveEnds(app, -24 * 3_600_000);
    await fail(app, 'h@example.com', 1);
    while ((await app.app.get(RateLimits).prune(2)) > 0);
    expect(await counts.count()).toBe(3);
  });
});

describe('instances with one Redis', () => {
  let redis: OwnRedis;
  let one: TestApp;
  let two: TestApp;

  beforeAll(async () => {
    redis = await OwnRedis.start();
    const env = { REDIS_URL: redis.url };
    [one, two] = [await TestApp.start({ env }), await TestApp.start({ env })];
  });
  afterAll(async () => {
    await one.stop();
    await two.stop();
    await redis.stop();
  });

  /** NestJS lets all apps of a process write to the log of the last. */
  const said = (text: string) => two.leaks.logLines.filter((line) => line.includes(text)).length;
  const probe = ({ app }: TestApp, key: string) => app.get(RateLimits).of('registration').consume(key, TEN);
  let probes = 0;
  /** Both have their connection. */
  const isShared = async (): Promise<boolean> => {
    const key = `probe ${(probes += 1)}`;
    const before = await probe(one, key);
    const after = await probe(two, key);
    return before.remaining === TEN - 1 && after.remaining === TEN - 2;
  };

  test('count there, whatever their databases', async () => {
    await until(isShared);
    await fail(one, 'a@example.com', TEN);
    // What Redis does not answer in time is counted elsewhere, which would take ten.
    const statuses = [await attempt(two, 'a@example.com'), await attempt(two, 'a@example.com')];
    expect(statuses).toContain(429);
    expect(await one.dataSource.getRepository(RateLimit).count()).toBe(0);
  });

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'count each for itself while it is away (%s): not open, not down; and together when it is back',
    async (signal) => {
      await until(isShared);
      const [gone, back] = [said('Redis is away'), said('Redis is back')];
      await redis.signal(signal);
      for (const app of [one, two]) {
        await fail(app, `${signal}@example.com`, TEN);
        expect(await attempt(app, `${signal}@example.com`)).toBe(429);
      }
      await until(() => said('Redis is away') === gone + 2);
      await (signal === 'SIGKILL' ? redis.run() : redis.signal('SIGCONT'));
      await until(isShared);
      expect(said('Redis is back')).toBe(back + 2);
    },
  );

  test('count once what Redis did not answer in time and then lost', async () => {
    await until(isShared);
    const gone = said('Redis is away');
    await redis.signal('SIGSTOP');
    expect(await probe(one, 'one')).toMatchObject({ remaining: TEN - 1 });
    await redis.signal('SIGKILL');
    await until(() => said('Redis is away') === gone + 2);
    expect(await probe(one, 'one')).toMatchObject({ remaining: TEN - 2 });
  });
});

test('a Redis that is away at the start does not stop it', () =>
  withApp({ env: { REDIS_URL: 'redis://:secret-word@127.0.0.1:1' } }, async (app) => {
    await fail(app, 'a@example.com', TEN);
    expect(await attempt(app, 'a@example.com')).toBe(429);
    expect(app.leaks.logLines.join()).toContain('Redis is away');
    expect(app.leaks.logLines.join()).not.toContain('secret-word');
  }));
