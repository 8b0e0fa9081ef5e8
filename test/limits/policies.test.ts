import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, PASSWORD, UNKNOWN_SECRET } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asBrowser, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const QUOTA = 3;
const LIMITS = ['LIMIT_REGISTRATIONS', 'LIMIT_REVOCATIONS', 'LIMIT_FAILED_TOKENS'];

const app = useApp({
  env: { ...Object.fromEntries(LIMITS.map((name) => [name, String(QUOTA)])), TRUST_PROXY: '127.0.0.1' },
});
let addresses = 0;
const newAddress = (): string => `203.0.113.${(addresses += 1)}`;

beforeAll(() => {
  app.leaks.remember(PASSWORD);
});

const headersOf = (name: string, seconds: number, remaining: number) => ({
  'ratelimit-policy': `"${name}";q=${QUOTA};w=${seconds}`,
  ratelimit: expect.stringMatching(new RegExp(`^"${name}";r=${remaining};t=[1-9]\\d*$`)),
});

describe('POST /v1/auth/register', () => {
  let made = 0;
  const register = (address: string, password = PASSWORD) =>
    asBrowser(app)
      .post('/v1/auth/register')
      .set('X-Forwarded-For', address)
      .send({ name: 'Ada', email: `ada${(made += 1)}@example.com`, password });

  test('201 says how much is left; 429 when nothing is, and only for that network', async () => {
    const address = newAddress();
    for (let left = QUOTA - 1; left >= 0; left -= 1) {
      const { headers } = await register(address).expect(201);
      expect(headers).toMatchObject(headersOf('registration', 3600, left));
    }
    const refused = await register(address);
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers).toMatchObject(headersOf('registration', 3600, 0));
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(3600);
    expect(refused.headers['set-cookie']).toBeUndefined();
    await register(newAddress()).expect(201);
  });

  test('a refused password counts: to judge it is work', async () => {
    const address = newAddress();
    for (let n = 0; n < QUOTA; n += 1) await register(address, 'passwordpassword').expect(400);
    await register(address).expect(429);
  });

  test('a network of IPv6 counts as one', async () => {
    for (let n = 1; n <= QUOTA; n += 1) await register(`2001:db8:1:2::${n}`).expect(201);
    await register('2001:db8:1:2:ffff::1').expect(429);
    await register('2001:db8:1:3::1').expect(201);
  });
});

describe('POST /v1/revoke', () => {
  const revoke = (address: string, token: string) =>
    app.request().post('/v1/revoke').set('X-Forwarded-For', address).type('form').send({ token });

  test('200 says how much is left; 429 when nothing is, and nothing is deleted then', async () => {
    const user = await createUser(app);
    const token = await createToken(app, user);
    const address = newAddress();
    for (let left = QUOTA - 1; left >= 0; left -= 1) {
      const { headers } = await revoke(address, `999|${UNKNOWN_SECRET}`).expect(200);
      expect(headers).toMatchObject(headersOf('revocation', 60, left));
    }
    expectProblem(await revoke(address, token.plainText), 429, 'rate_limited');
    await asProgram(app, token).get('/v1/current_user').expect(200);
    await revoke(newAddress(), token.plainText).expect(200);
    await asProgram(app, token).get('/v1/current_user').expect(401);
  });
});

describe('tokens that are not good', () => {
  const ask = (address: string, token: string, path = '/v1/current_user') =>
    asProgram(app, token).get(path).set('X-Forwarded-For', address);

  test('429 in place of 401 when there were too many; good ones are accepted as before', async () => {
    const good = await createToken(app, await createUser(app));
    const address = newAddress();
    const bad = `${good.id}|${UNKNOWN_SECRET}`;
    for (let n = 0; n < QUOTA; n += 1) await ask(address, bad).expect(401);
    const refused = await ask(address, bad);
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers).toMatchObject(headersOf('failed-tokens', 60, 0));
    await ask(address, good.plainText).expect(200);
    await ask(newAddress(), bad).expect(401);
  });

  test('a gateway is always told 401: its address stands for everybody', async () => {
    const address = newAddress();
    for (let n = 0; n < 2 * QUOTA; n += 1) await ask(address, 'nonsense', '/v1/verify').expect(401);
  });

  test('nothing is written', async () => {
    app.forgetStatements();
    const address = newAddress();
    for (let n = 0; n <= QUOTA; n += 1) await ask(address, `1|${UNKNOWN_SECRET}`);
    expect(app.statements.filter((sql) => !sql.trim().startsWith('SELECT'))).toEqual([]);
  });
});

test('POST /v1/auth/login, 401: says how many attempts are left', async () => {
  const { email } = await createUser(app);
  const login = () => app.request().post('/v1/auth/login').send({ email, password: 'wrong' });
  const first = await login().expect(401);
  expect(first.headers['ratelimit-policy']).toBe('"sign-in";q=10;w=900');
  expect(first.headers.ratelimit).toMatch(/^"sign-in";r=9;t=(900|89\d)$/);
  const second = await login().expect(401);
  expect(second.headers.ratelimit).toMatch(/^"sign-in";r=8;/);
});
