import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import type { Token } from '../../harness/person.js';
import { until } from '../../support/until.js';
import { sendRaw } from '../../support/raw.js';
import { BROKEN_HEADERS, FORGED_IDENTITY, FORGED_ORIGIN, HOP_BY_HOP } from './forged.js';
import type { GatewayProgram } from './programs.js';
import { type Stage, TOLD } from './stage.js';
import { identityOf, type Received } from './upstream.js';

/** What every request that passes brings along, once each. */
const told = ({ id }: Token, scopes: string) => [
  ['X_AUTH_SCOPES', scopes],
  ['X_AUTH_TOKEN_ID', String(id)],
  ['X_AUTH_USER_EMAIL', TOLD.email],
  ['X_AUTH_USER_ID', TOLD.id],
  ['X_AUTH_USER_NAME', TOLD.name],
];

export function admits(stage: () => Stage, { passesTrailers = false }: GatewayProgram): void {
  let token: Token;
  beforeAll(async () => {
    token = await stage().token({ scopes: ['user:read', 'projects:read'] });
  });
  const onlyReceived = (): Received => {
    const [request, ...others] = stage().upstream.received;
    expect(others).toEqual([]);
    if (request === undefined) throw new Error('The service has received nothing.');
    return request;
  };

  test('with a good token, and the service knows who it is', async () => {
    const { status, body } = await stage().ask({ path: '/things?page=2', token: token.plainText });
    expect([status, body]).toEqual([200, 'from the service']);
    expect(onlyReceived()).toMatchObject({ method: 'GET', url: '/things?page=2' });
    expect(identityOf(onlyReceived())).toEqual(told(token, 'user:read projects:read'));
  });

  test("the token's bar reaches the service raw", async () => {
    await stage().ask({ token: token.plainText });
    expect(token.plainText).toMatch(/^\d+\|/);
    const authorization = onlyReceived().headers.filter(([name]) => /^authorization$/i.test(name));
    expect(authorization).toEqual([[expect.anything(), `Bearer ${token.plainText}`]]);
  });

  test('with nothing left of identity headers that the client made up', async () => {
    const { status } = await stage().ask({ token: token.plainText, headers: FORGED_IDENTITY });
    expect(status).toBe(200);
    expect(identityOf(onlyReceived())).toEqual(told(token, 'user:read projects:read'));
  });

  test.each(HOP_BY_HOP)('with all that is said about them, whatever %j lists', async (...lists) => {
    const headers = [...lists, ...FORGED_IDENTITY];
    const { status } = await stage().ask({ path: '/projects', token: token.plainText, headers });
    expect(status).toBe(200);
    expect(identityOf(onlyReceived())).toEqual(told(token, 'user:read projects:read'));
    expect(onlyReceived().headers.filter(([name]) => /^upgrade$/i.test(name))).toEqual([]);
  });

  test.each(BROKEN_HEADERS)('or refuses them, with nothing left of %j', async (line) => {
    const authorization = `Authorization: Bearer ${token.plainText}`;
    const { status } = await sendRaw(stage().gateway, ['GET / HTTP/1.1', authorization, line]);
    // A folded line belongs to the token before it.
    expect([200, 400, 401]).toContain(status);
    for (const received of stage().upstream.received)
      expect(identityOf(received)).toEqual(told(token, 'user:read projects:read'));
  });

  test('with headers that no trailer changes', async () => {
    const lines = [
      'POST / HTTP/1.1',
      `Authorization: Bearer ${token.plainText}`,
      'Transfer-Encoding: chunked',
      'Trailer: X-Auth-User-Id, X-Auth-Scopes',
    ];
    const body = '2\r\nhi\r\n0\r\nX-Auth-User-Id: 9\r\nX-Auth-Scopes: *\r\n\r\n';
    expect((await sendRaw(stage().gateway, lines, body)).status).toBe(200);
    expect(identityOf(onlyReceived())).toEqual(told(token, 'user:read projects:read'));
    expect(onlyReceived().trailers.length > 0).toBe(passesTrailers);
  });

  test('with no path but the one that was asked about', async () => {
    const { status } = await stage().ask({ token: token.plainText, headers: FORGED_ORIGIN });
    expect(status).toBe(200);
    const others = onlyReceived().headers.filter(([name]) => /^x.(original|rewrite).url$/i.test(name));
    expect(others).toEqual([]);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])('%s', async (method) => {
    const { status } = await stage().ask({ method, path: '/projects/1', token: token.plainText });
    expect(status).toBe(200);
    expect(onlyReceived()).toMatchObject({ method, url: '/projects/1' });
  });

  test('with their body whole', async () => {
    const body = randomBytes(512 * 1024);
    const { status } = await stage().ask({ method: 'POST', token: token.plainText, body });
    expect(status).toBe(200);
    expect(onlyReceived().body.equals(body)).toBe(true);
  });

  test('with the scope that a place requires', async () => {
    const { status } = await stage().ask({ path: '/projects?scope=x&page=2', token: token.plainText });
    expect(status).toBe(200);
    expect(identityOf(onlyReceived())).toEqual(told(token, 'user:read projects:read'));
  });

  test('after one question each', async () => {
    const asked = (path: string) =>
      stage().latchkey.log.filter(({ original_path: logged }) => logged === path);
    for (const path of ['/once', '/projects/once']) {
      await stage().ask({ path, token: token.plainText });
      // When this one has been logged, so has everything before it.
      await stage().ask({ path: `${path}/refused` });
      await until(() => asked(`${path}/refused`).length > 0);
      expect(asked(path)).toEqual([expect.objectContaining({ status: 200, original_method: 'GET' })]);
    }
  });

  test("from the token's own addresses", async () => {
    const bound = await stage().token({ allowed_cidrs: ['127.0.0.1/32'] });
    const { status } = await stage().ask({ token: bound.plainText });
    expect(status).toBe(200);
  });

  test('200 at once, each as who it is', async () => {
    const four = await Promise.all([1, 2, 3, 4].map(() => stage().token({ scopes: ['user:read'] })));
    const tokens = [...Array(50).keys()].flatMap(() => four);
    const answers = await Promise.all(
      tokens.map(({ id, plainText }) => stage().ask({ path: `/${id}`, token: plainText })),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { received } = stage().upstream;
    expect(received).toHaveLength(200);
    for (const request of received)
      expect(identityOf(request)).toContainEqual(['X_AUTH_TOKEN_ID', request.url.slice(1)]);
  });
}
