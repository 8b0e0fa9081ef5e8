import { METHODS } from 'node:http';
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mintSecret } from '../../src/tokens/verification/token-secret.js';
import { createToken, createUser, PASSWORD, type TestToken, type TestUser } from '../support/factories.js';
import { seriesOf } from '../support/metrics.js';
import { sendRaw } from '../support/raw.js';
import { useApp } from '../support/use-app.js';

const ROUNDS = 40;

const random = () => randomBytes(6).toString('hex');

/** Methods of Node's parser that a socket can be given like any other. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });
let user: TestUser;
let token: TestToken;

/** What somebody sends who wants many series: everything a client chooses is another each time. */
async function hammer(round: number): Promise<void> {
  const method = methods[round % methods.length] ?? 'GET';
  const secret = mintSecret('').secret;
  app.leaks.remember(secret);
  const address = `203.0.113.${round}`;
  const headers = [
    `Authorization: Bearer ${round + 1}|${secret}`,
    `User-Agent: ${random()}`,
    `X-Forwarded-For: ${address}`,
    `X-Original-URI: /${random()}`,
    `X-Forwarded-Method: ${random()}`,
  ];
  const mine = [`Authorization: Bearer ${token.plainText}`, `X-Forwarded-For: ${address}`];
  const paths = [
    `/${random()}`,
    `/v1/${random()}/${random()}?token=${random()}`,
    `/v1/current_user/tokens/${random()}`,
    `/v1/verify/${random()}?scope=s${random()}`,
    `/v1/verify?scope=s${random()}:${random()}`,
    `/assets/${random()}`,
    `/docs/${random()}`,
    `/%zz${random()}`,
  ];
  for (const path of paths) {
    await sendRaw(app, [`${method} ${path} HTTP/1.1`, ...headers]);
    await sendRaw(app, [`GET ${path} HTTP/1.1`, ...mine]);
  }
  await sendRaw(app, [`${random().toUpperCase()} /health/live HTTP/1.1`]);
  const email = `${random()}@example.com`;
  await app
    .request()
    .post('/v1/auth/login')
    .set('X-Forwarded-For', address)
    .send({ email, password: `a wrong password ${random()}` });
}

const names = async (): Promise<string[]> =>
  seriesOf(await app.metrics()).map(({ name, labels }) => name + JSON.stringify(labels));

describe('whatever clients send', () => {
  beforeAll(async () => {
    user = await createUser(app);
    token = await createToken(app, user);
  });

  test('the number of series has a bound that is reached soon', async () => {
    for (let round = 0; round < methods.length; round += 1) await hammer(round);
    const before = await names();
    // Every method has been there: from now on, nothing is new.
    for (let round = 0; round < ROUNDS; round += 1) await hammer(round);
    expect((await names()).filter((name) => !before.includes(name))).toEqual([]);
    expect(before.length).toBeLessThan(1500);
  });

  test('no metric has a token, an address, a name or an email in it', async () => {
    const login = { email: user.email, password: PASSWORD };
    await app
      .request()
      .post('/v1/auth/login')
      .set('X-Forwarded-For', '203.0.113.250')
      .send(login)
      .expect(200);
    await hammer(250);
    const { text } = await app.request().get('/metrics').expect(200);
    expect(text).toContain('latchkey_http_requests_total{route="/v1/auth/login",method="POST",status="200"}');
    const canaries = [
      token.secret,
      token.plainText,
      PASSWORD,
      user.email,
      user.name,
      '203.0.113.',
      'example.com',
    ];
    for (const canary of canaries) expect(text).not.toContain(canary);
  });

  test('a template of a route is all that there is of an address', async () => {
    const routes = new Set(
      seriesOf(await app.metrics()).flatMap(({ labels: { route } }) => (route === undefined ? [] : [route])),
    );
    expect([...routes]).toEqual(
      expect.arrayContaining(['none', '/v1/verify', '/v1/current_user/tokens/:tokenId', '/v1/auth/login']),
    );
    const served = Object.keys(
      (JSON.parse((await app.request().get('/openapi.json')).text) as { paths: object }).paths,
    ).map((path) => path.replace(/\{(\w+)\}/g, ':$1'));
    const others = [...routes].filter((route) => !served.includes(route)).toSorted();
    expect(others).toEqual(expect.arrayContaining(['/assets/*', 'none']));
    expect(others.filter((route) => !/^(none|\/assets\/\*|\/docs\b.*|\/openapi\.json)$/.test(route))).toEqual(
      [],
    );
  });
});
