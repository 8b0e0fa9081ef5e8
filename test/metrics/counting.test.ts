import { beforeAll, describe, expect, test } from '@jest/globals';
import { Module, Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public } from '../../src/access/access.decorator.js';
import { LastUsed } from '../../src/tokens/verification/last-used.js';
import { createToken, createUser, PASSWORD, type TestUser, UNKNOWN_SECRET } from '../support/factories.js';
import { seriesOf, valueOf } from '../support/metrics.js';
import { asBrowser, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';

@Controller('broken')
class BrokenController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Public()
  broken(): Promise<unknown> {
    return this.dataSource.query('SELECT no_such_column FROM users');
  }
}

@Module({ controllers: [BrokenController] })
class BrokenModule {}

const app = useApp({ imports: [BrokenModule] });
let user: TestUser;

type Labels = Readonly<Record<string, string>>;

/** By how much series grow while the work goes on. */
async function growth(series: readonly (readonly [string, Labels])[], work: () => Promise<unknown>) {
  const before = await app.metrics();
  await work();
  const after = await app.metrics();
  return series.map(([name, labels]) => valueOf(after, name, labels) - valueOf(before, name, labels));
}

const verifications = (outcome: string) => ['latchkey_verifications_total', { outcome }] as const;
const signIns = (outcome: string) => ['latchkey_sign_ins_total', { outcome }] as const;
const statements = (outcome: string) => ['latchkey_database_statements_total', { outcome }] as const;
const requests = (labels: Labels) => ['latchkey_http_requests_total', labels] as const;

beforeAll(async () => {
  user = await createUser(app);
});

describe('latchkey_verifications_total', () => {
  const OUTCOMES = ['ok', 'invalid', 'expired', 'user_disabled', 'address_refused', 'unavailable'];

  test.each<[string, number, () => Promise<string>]>([
    ['ok', 200, async () => (await createToken(app, user)).plainText],
    ['invalid', 401, () => Promise.resolve(`1|${UNKNOWN_SECRET}`)],
    ['invalid', 401, () => Promise.resolve('no token at all')],
    [
      'expired',
      401,
      async () =>
        (await createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() - 1) })).plainText,
    ],
    [
      'user_disabled',
      401,
      async () => (await createToken(app, await createUser(app, { disabledAt: app.clock.now() }))).plainText,
    ],
    [
      'address_refused',
      401,
      async () => (await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] })).plainText,
    ],
  ])('%s, and no other, for the answer %d', async (outcome, status, token) => {
    const authorization = `Bearer ${(await token()).replaceAll(' ', '-')}`;
    for (const path of [ME, '/v1/verify']) {
      const grown = await growth(OUTCOMES.map(verifications), () =>
        app.request().get(path).set('Authorization', authorization).expect(status),
      );
      expect(grown).toEqual(OUTCOMES.map((other) => (other === outcome ? 1 : 0)));
    }
  });

  test('unavailable where the database does not say', async () => {
    const { plainText } = await createToken(app, user);
    const query = app.dataSource.query.bind(app.dataSource);
    app.dataSource.query = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    try {
      const grown = await growth(OUTCOMES.map(verifications), () =>
        asProgram(app, plainText).get(ME).expect(503),
      );
      expect(grown).toEqual([0, 0, 0, 0, 0, 1]);
    } finally {
      app.dataSource.query = query;
    }
  });
});

test('a batch is observed once, with the number of its distinct tokens', async () => {
  const tokens = await Promise.all([1, 2, 3].map(() => createToken(app, user)));
  const service = await createToken(app, user, { scopes: ['tokens:introspect'] });
  const presented = [...tokens, ...tokens].map(({ plainText }) => plainText);
  const [batches, asked, took, ok] = await growth(
    [
      ['latchkey_verification_batch_size_count', {}],
      ['latchkey_verification_batch_size_sum', {}],
      ['latchkey_verification_batch_seconds_count', {}],
      verifications('ok'),
    ],
    () => asProgram(app, service).post('/v1/introspect/batch').send({ tokens: presented }).expect(200),
  );
  // One for whoever asks, and one for the three, which are checked once each.
  expect([batches, asked, took, ok]).toEqual([2, 4, 2, 4]);
  const metrics = await app.metrics();
  expect(valueOf(metrics, 'latchkey_verification_batches_in_flight')).toBe(0);
  expect(valueOf(metrics, 'latchkey_verification_queue')).toBe(0);
  expect(valueOf(metrics, 'latchkey_verification_queue_limit')).toBe(10_000);
});

test('latchkey_last_used_backlog is what a flush takes away', async () => {
  const lastUsed = app.app.get(LastUsed);
  await lastUsed.flush();
  expect(valueOf(await app.metrics(), 'latchkey_last_used_backlog')).toBe(0);
  for (let n = 0; n < 3; n += 1)
    await asProgram(app, await createToken(app, user))
      .get(ME)
      .expect(200);
  expect(valueOf(await app.metrics(), 'latchkey_last_used_backlog')).toBe(3);
  await lastUsed.flush();
  expect(valueOf(await app.metrics(), 'latchkey_last_used_backlog')).toBe(0);
});

test('sign-ins are counted by outcome, and refusals by the limit', async () => {
  const login = (email: string, password: string) =>
    asBrowser(app).post('/v1/auth/login').send({ email, password });
  const { email } = await createUser(app);
  const disabled = await createUser(app, { disabledAt: app.clock.now() });
  const series = [
    ...['ok', 'wrong_password', 'user_disabled', 'rate_limited', 'failed'].map(signIns),
    ['latchkey_rate_limited_total', { limit: 'sign-in' }] as const,
    ['latchkey_rate_limited_total', { limit: 'sign-in-address' }] as const,
  ];
  const grown = await growth(series, async () => {
    await login(email, PASSWORD).expect(200);
    await login(disabled.email, PASSWORD).expect(401);
    for (let n = 0; n < 10; n += 1) await login(email, 'certainly not the password').expect(401);
    for (let n = 0; n < 3; n += 1) await login(email, PASSWORD).expect(429);
  });
  expect(grown).toEqual([1, 10, 1, 3, 0, 3, 0]);
});

test('statements are counted by outcome', async () => {
  const series = ['ok', 'duplicate', 'failed', 'away'].map(statements);
  expect(await growth(series, () => app.dataSource.query('SELECT 1'))).toEqual([1, 0, 0, 0]);
  expect(await growth(series, () => app.request().get('/broken').expect(500))).toEqual([0, 0, 1, 0]);
  const again = { name: 'Ada', email: user.email, password: 'four random words together' };
  const [, duplicate] = await growth(series, () =>
    asBrowser(app).post('/v1/auth/register').send(again).expect(409),
  );
  expect(duplicate).toBe(1);
  const seconds = [['latchkey_database_statement_seconds_count', {}]] as const;
  expect(await growth(seconds, () => app.dataSource.query('SELECT 1'))).toEqual([1]);
});

test('requests are counted by the template of their route, method and status', async () => {
  const program = asProgram(app, await createToken(app, user));
  const route = '/v1/current_user/tokens/:tokenId';
  const series = [
    requests({ route, method: 'GET', status: '404' }),
    requests({ route: 'none', method: 'GET', status: '404' }),
    requests({ route: '/v1/verify', method: 'POST', status: '200' }),
    requests({ route: '/v1/verify', method: 'other', status: '200' }),
    ['latchkey_http_request_duration_seconds_count', { route }] as const,
  ];
  const grown = await growth(series, async () => {
    await program.get('/v1/current_user/tokens/123456').expect(404);
    await program.get('/v1/current_user/tokens/xyz').expect(404);
    await program.get('/nowhere').expect(404);
    await program.post('/v1/verify/projects/7?x=1').expect(200);
    await program.purge('/v1/verify').expect(200);
  });
  expect(grown).toEqual([2, 1, 1, 1, 2]);
});

test('buckets hold what the smaller ones hold, and the last of them everything', async () => {
  const buckets = seriesOf(await app.metrics()).filter(
    ({ name, labels }) => name === 'latchkey_http_request_duration_seconds_bucket' && labels.route === ME,
  );
  expect(buckets).toHaveLength(13);
  const values = buckets.map(({ value }) => value);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(buckets.at(-1)).toMatchObject({
    labels: { le: '+Inf' },
    value: valueOf(await app.metrics(), 'latchkey_http_request_duration_seconds_count', { route: ME }),
  });
  expect(buckets.at(-1)?.value).toBeGreaterThan(0);
});
