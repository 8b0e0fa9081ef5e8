import { beforeAll, describe, expect, test } from '@jest/globals';
import { type TestApp } from '../support/app.js';
import { ORIGIN } from '../harness/service.js';
import { dump } from '../support/database.js';
import { createToken, createUser, PASSWORD, type TestUser } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const CREATE = '/v1/current_user/tokens/create';
const EVIL = 'https://evil.example';
const ANOTHER = { name: 'Eve', email: 'eve@example.com', password: 'violet otters argue rarely' };

type Headers = Readonly<Record<string, string>>;

const app = useApp();
let user: TestUser;
let cookie: string;

async function signInForCookie(on: TestApp, { email }: TestUser): Promise<string> {
  const { headers } = await on
    .request()
    .post('/v1/auth/login')
    .send({ email, password: PASSWORD })
    .expect(200);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

beforeAll(async () => {
  app.leaks.remember(ANOTHER.password);
  user = await createUser(app);
  cookie = await signInForCookie(app, user);
});

describe('a change made with the cookie', () => {
  test.each<[string, Headers]>([
    ['Sec-Fetch-Site and Origin', { 'Sec-Fetch-Site': 'same-origin', Origin: ORIGIN }],
    ['Sec-Fetch-Site alone', { 'Sec-Fetch-Site': 'same-origin' }],
    ['Origin alone, as browsers send to plain http', { Origin: ORIGIN }],
    ['the person themselves, from the address bar', { 'Sec-Fetch-Site': 'none' }],
  ])('is made when it says it comes from here: %s', async (_, headers) => {
    await app
      .request()
      .post(CREATE)
      .set({ Cookie: cookie, ...headers })
      .send({ token_name: 'Mine' })
      .expect(201);
  });

  test('is made when its Origin is the very address it was sent to', async () => {
    await app
      .request()
      .post(CREATE)
      .set({ Cookie: cookie, Origin: app.url })
      .send({ token_name: 'x' })
      .expect(201);
  });

  test.each<[string, Headers]>([
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: EVIL }],
    ['another site, Sec-Fetch-Site alone', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another site, Origin alone', { Origin: EVIL }],
    ['a sibling domain', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://blog.localhost:3000' }],
    ['a sibling domain, Sec-Fetch-Site alone', { 'Sec-Fetch-Site': 'same-site' }],
    ['a sandboxed frame', { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }],
    ['a sandboxed frame, Origin alone', { Origin: 'null' }],
    ['another port', { Origin: 'http://localhost:3001' }],
    ['another scheme', { Origin: 'https://localhost:3000' }],
    ['a longer host name', { Origin: 'http://localhost:3000.evil.example' }],
    ['a word no browser knows', { 'Sec-Fetch-Site': 'perhaps' }],
    ['two words', { 'Sec-Fetch-Site': 'same-origin, cross-site' }],
    ['an Origin that is no origin', { Origin: 'localhost' }],
    ['neither header', {}],
    ['neither header, but a Referer', { Referer: `${ORIGIN}/` }],
    ['an empty Sec-Fetch-Site', { 'Sec-Fetch-Site': '' }],
    ['an empty Origin', { Origin: '' }],
  ])('is refused with 403, and nothing changes: %s', async (_, headers) => {
    const before = await dump(app.dataSource);
    const answer = await app
      .request()
      .post(CREATE)
      .set({ Cookie: cookie, ...headers })
      .send({ token_name: 'Not mine' })
      .expect(403);
    expect(answer.body.code).toBe('cross_origin');
    expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
    expect(await dump(app.dataSource)).toBe(before);
  });

  test.each<['post' | 'put' | 'delete', string, object | undefined]>([
    ['post', CREATE, { token_name: 'Not mine' }],
    ['delete', '/v1/current_user/tokens/1', undefined],
    ['delete', '/v1/current_user/tokens/delete', undefined],
    ['put', '/v1/current_user/password', { current_password: PASSWORD, new_password: ANOTHER.password }],
    ['post', '/v1/auth/logout', undefined],
  ])('is refused on every route: %s %s', async (method, path, body) => {
    const send = app.request();
    await createToken(app, user);
    const before = await dump(app.dataSource);
    for (const headers of [{ 'Sec-Fetch-Site': 'cross-site', Origin: EVIL }, { Origin: EVIL }, {}]) {
      const request = send[method](path).set({ Cookie: cookie, ...headers });
      const answer = await (body === undefined ? request : request.send(body));
      expect(answer.status).toBe(403);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(await dump(app.dataSource)).toBe(before);
  });
});

describe('reading with the cookie', () => {
  test('needs no origin, for a link from elsewhere must work; no other site may see the answer', async () => {
    const { headers } = await app
      .request()
      .get('/v1/current_user')
      .set({ Cookie: cookie, 'Sec-Fetch-Site': 'cross-site', Origin: EVIL })
      .expect(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  test('no preflight is ever granted', async () => {
    const { headers } = await app
      .request()
      .options(CREATE)
      .set({ Origin: EVIL, 'Access-Control-Request-Method': 'POST' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('signing in and registering', () => {
  const bodies = () => ({
    '/v1/auth/login': { email: user.email, password: PASSWORD },
    '/v1/auth/register': ANOTHER,
  });
  const elsewhere: [string, Headers][] = [
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: EVIL }],
    ['another site, Origin alone', { Origin: EVIL }],
    ['a sibling domain', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://blog.localhost:3000' }],
    // A browser that knows a name and password for a proxy in front adds this header by itself.
    [
      'another site, with Basic',
      { 'Sec-Fetch-Site': 'cross-site', Origin: EVIL, Authorization: 'Basic YTpi' },
    ],
  ];

  test.each(
    (['/v1/auth/login', '/v1/auth/register'] as const).flatMap((path) =>
      elsewhere.map(([from, headers]) => [path, from, headers] as const),
    ),
  )('%s from %s: 403, no account, no session', async (path, _, headers) => {
    const before = await dump(app.dataSource);
    const answer = await app.request().post(path).set(headers).send(bodies()[path]);
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await dump(app.dataSource)).toBe(before);
  });

  test.each(['/v1/auth/login', '/v1/auth/register'] as const)(
    '%s with a cookie and no word of where it comes from: 403, the session lives on',
    async (path) => {
      const own = await signInForCookie(app, user);
      const before = await dump(app.dataSource);
      const { status } = await app.request().post(path).set('Cookie', own).send(bodies()[path]);
      expect(status).toBe(403);
      expect(await dump(app.dataSource)).toBe(before);
      await app.request().get('/v1/current_user').set('Cookie', own).expect(200);
    },
  );

  test('a program without cookies needs no such header', async () => {
    await app.request().post('/v1/auth/login').send(bodies()['/v1/auth/login']).expect(200);
  });
});

describe('a request with a token', () => {
  test.each<[string, Headers]>([
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: EVIL }],
    ['an extension', { Origin: 'chrome-extension://abcdef' }],
    ['nowhere', {}],
  ])('is judged by the token alone: from %s', async (_, headers) => {
    const token = await createToken(app, user);
    await asProgram(app, token)
      .post(CREATE)
      .set({ ...headers, Cookie: cookie })
      .send({ token_name: 'Fine' })
      .expect(201);
  });

  test.each(['Bearer nonsense', 'Basic dXNlcjpwYXNz', 'Bearer', 'nonsense'])(
    'that is no good gets nothing from the cookie beside it: %s',
    async (authorization) => {
      const before = await dump(app.dataSource);
      const { status } = await app
        .request()
        .post(CREATE)
        .set({ Authorization: authorization, Cookie: cookie, 'Sec-Fetch-Site': 'cross-site', Origin: EVIL })
        .send({ token_name: 'Not mine' });
      expect([401, 403]).toContain(status);
      expect(await dump(app.dataSource)).toBe(before);
    },
  );
});

describe('where the service is on https', () => {
  const https = useApp({ env: { PUBLIC_URL: 'https://tokens.example.com' } });

  test.each([
    ['its own origin', 'https://tokens.example.com', 201],
    ['the same host on plain http', 'http://tokens.example.com', 403],
    ['another host', 'https://evil.example', 403],
  ])('a change with the cookie from %s', async (_, origin, status) => {
    const session = await signInForCookie(https, await createUser(https));
    const answer = await https
      .request()
      .post(CREATE)
      .set({ Host: 'tokens.example.com', Cookie: session, Origin: origin })
      .send({ token_name: 'Over TLS' });
    expect(answer.status).toBe(status);
  });
});
