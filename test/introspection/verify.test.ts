import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  createToken,
  createUser,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
} from '../support/factories.js';
import { comparable, expectProblem } from '../support/problems.js';
import { sendRaw } from '../support/raw.js';
import { useApp } from '../support/use-app.js';

const VERIFY = '/v1/verify';
const IDENTITY = ['user-id', 'user-email', 'user-name', 'token-id', 'scopes'].map((name) => `x-auth-${name}`);

describe('forward-auth', () => {
  const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });
  let user: TestUser;
  let token: TestToken;

  /** As a gateway asks, word for word. */
  const ask = (line: string, ...headers: string[]) => sendRaw(app, [`${line} HTTP/1.1`, ...headers]);
  const bearer = (presented: string) => `Authorization: Bearer ${presented}`;
  const get = (path: string, presented = token.plainText) => ask(`GET ${path}`, bearer(presented));
  const withScopes = (scopes: string[]) => createToken(app, user, { scopes });

  beforeAll(async () => {
    user = await createUser(app);
    token = await createToken(app, user);
  });

  test('200: an empty body, and who it is in the headers', async () => {
    const answer = await get(VERIFY);
    expect(answer).toMatchObject({
      status: 200,
      body: '',
      headers: {
        'x-auth-user-id': String(user.id),
        'x-auth-user-email': user.email,
        'x-auth-user-name': user.name,
        'x-auth-token-id': String(token.id),
        'x-auth-scopes': '*',
        'cache-control': 'no-store',
        'content-length': '0',
      },
    });
  });

  test.each([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'QUERY',
    'PROPFIND',
    'PURGE',
  ])('200 and 401 for %s', async (method) => {
    expect((await ask(`${method} ${VERIFY}`, bearer(token.plainText))).status).toBe(200);
    expect((await ask(`${method} ${VERIFY}`)).status).toBe(401);
  });

  test.each([
    '/v1/verify/',
    '/v1/verify/projects/7',
    '/v1/verify/%zz',
    '/v1/verify/a%2F..%2Fb',
    '/v1/verify/../health/live',
    '/v1/verify//',
    `/v1/verify/${'a'.repeat(5000)}`,
    '/v1/verify/docs?page=2&page[]=3&__proto__=4',
  ])('200 and 401 for any path below, such as %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    for (const name of IDENTITY) expect(answer.headers).toHaveProperty([name]);
    expect((await ask(`GET ${path}`)).status).toBe(401);
  });

  test.each(['/v1/verifyx', '/v1/verif', '/v1', '/V1/verify'])(
    '404 for %s, which is not below',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  test('200 whatever body comes along, and nobody reads it', async () => {
    for (const [type, body] of [
      ['application/json', '{"broken'],
      ['application/x-www-form-urlencoded', `access_token=${UNKNOWN_SECRET}`],
      ['nonsense', 'x'.repeat(100_000)],
    ] as const) {
      const head = [`POST ${VERIFY} HTTP/1.1`, bearer(token.plainText), `Content-Type: ${type}`];
      const answer = await sendRaw(app, [...head, `Content-Length: ${body.length}`], body);
      expect(answer.status).toBe(200);
    }
  });

  describe('401', () => {
    test('without a token: a challenge that names no error', async () => {
      const answer = await ask(`GET ${VERIFY}`);
      expectProblem(answer, 401, 'unauthorized');
      expect(answer.headers).toMatchObject({
        'www-authenticate': 'Bearer realm="latchkey"',
        'cache-control': 'no-store',
      });
    });

    test.each([
      ['two of them', () => [bearer(token.plainText), bearer(token.plainText)]],
      ['one with a space in it', () => [`${bearer(token.plainText)} x`]],
    ])('where a bearer route says 400: %s', async (_, headers) => {
      const answer = await ask(`GET ${VERIFY}`, ...headers());
      expectProblem(answer, 401, 'invalid_request');
      expect(answer.headers['www-authenticate']).toContain('error="invalid_request"');
    });

    test('for a token in the query, even beside a good one', async () => {
      for (const path of [`${VERIFY}?access_token=x`, `${VERIFY}/a?access_token=x`]) {
        expectProblem(await get(path), 401, 'invalid_request');
      }
    });

    test('with a session cookie alone, whosever it is', async () => {
      expect((await ask(`GET ${VERIFY}`, 'Cookie: latchkey_session=x')).status).toBe(401);
    });

    test('unknown, deleted and wrong: one and the same answer', async () => {
      const gone = await createToken(app, user);
      await app
        .request()
        .delete(`/v1/current_user/tokens/${gone.id}`)
        .set('Authorization', `Bearer ${token.plainText}`);
      const answers = [
        gone.plainText,
        `${token.id}|${UNKNOWN_SECRET}`,
        `99999|${UNKNOWN_SECRET}`,
        'nonsense',
      ];
      const [first, ...others] = await Promise.all(answers.map((presented) => get(VERIFY, presented)));
      expectProblem(first as never, 401, 'invalid_token');
      for (const other of others) expect(comparable(other)).toEqual(comparable(first as never));
    });

    test('expired, disabled: with the reason', async () => {
      const expired = await createToken(app, user, { expiresAt: app.clock.now() });
      expectProblem(await get(VERIFY, expired.plainText), 401, 'token_expired');
      const disabled = await createUser(app, { disabledAt: app.clock.now() });
      const theirs = await createToken(app, disabled);
      expectProblem(await get(VERIFY, theirs.plainText), 401, 'user_disabled');
    });

    test('from an address that is not allowed, as the gateway names it', async () => {
      const bound = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
      const from = (address: string) =>
        ask(`GET ${VERIFY}`, bearer(bound.plainText), `X-Forwarded-For: ${address}`);
      expectProblem(await from('198.51.100.1'), 401, 'address_refused');
      expect((await from('192.0.2.7')).status).toBe(200);
    });

    test('has no header that says who it is', async () => {
      const { headers } = await get(VERIFY, 'nonsense');
      for (const name of IDENTITY) expect(headers).not.toHaveProperty([name]);
    });
  });

  describe('?scope=', () => {
    test.each([
      ['scope=projects:read', ['projects:read']],
      ['scope=projects:read', ['projects:*']],
      ['scope=projects:read&scope=projects:write', ['projects:write', 'projects:read']],
      ['scope=projects:read+projects:write', ['projects:*']],
      ['scope=tokens:introspect', ['tokens:introspect']],
    ])('200: %s of a token with %s', async (query, scopes) => {
      const { plainText } = await withScopes(scopes);
      const answer = await get(`${VERIFY}?${query}`, plainText);
      expect(answer).toMatchObject({ status: 200, headers: { 'x-auth-scopes': scopes.join(' ') } });
      expect((await get(`${VERIFY}/below?${query}`, plainText)).status).toBe(200);
    });

    test.each([
      ['scope=projects:write', ['projects:read'], 'projects:write'],
      ['scope=projects:read&scope=projects:write', ['projects:read'], 'projects:write'],
      ['scope=projects', ['projects:*'], 'projects'],
      ['scope=tokens:introspect', ['*'], 'tokens:introspect'],
    ])('403: %s of a token with %s', async (query, scopes, missing) => {
      const { plainText } = await withScopes(scopes);
      for (const path of [VERIFY, `${VERIFY}/below`]) {
        const answer = await get(`${path}?${query}`, plainText);
        expectProblem(answer, 403, 'insufficient_scope');
        expect(answer.headers['www-authenticate']).toBe(
          `Bearer realm="latchkey", error="insufficient_scope", scope="${missing}"`,
        );
        expect(answer.headers).not.toHaveProperty(['x-auth-user-id']);
      }
    });

    test.each([
      'scope=Projects',
      'scope=',
      'scope=a%22b',
      'scope=a%0d%0ax:y',
      'scopes=projects:read',
      'scope[]=a',
      'x',
    ])('403 for a question that makes no sense, be the token ever so good: %s', async (query) => {
      expectProblem(await get(`${VERIFY}?${query}`), 403, 'gateway_question');
    });

    test('the owner finds what was missing in the security log', async () => {
      const { id, plainText } = await withScopes(['projects:read']);
      await get(`${VERIFY}?scope=projects:write`, plainText);
      const { body } = await app
        .request()
        .get(`/v1/current_user/events?token_id=${id}`)
        .set('Authorization', `Bearer ${token.plainText}`);
      expect(body).toMatchObject([{ kind: 'refused_scope', detail: 'projects:write', token_id: id }]);
    });
  });

  test('a name beyond ASCII is percent-encoded UTF-8, and comes back whole', async () => {
    const name = 'Zoë 100% 🚀 "x"';
    const zoe = await createUser(app, { name });
    const { headers } = await get(VERIFY, (await createToken(app, zoe)).plainText);
    expect(headers['x-auth-user-name']).toMatch(/^[\x20-\x7e]+$/);
    expect(decodeURIComponent(headers['x-auth-user-name'] ?? '')).toBe(name);
  });

  test('scopes that another application brought along cannot read as others', async () => {
    const { plainText } = await withScopes(['a b tokens:introspect', 'x\ny', 'projects:read', 'q"']);
    const { status, headers } = await get(VERIFY, plainText);
    expect([status, headers['x-auth-scopes']]).toEqual([200, 'projects:read']);
  });

  test('every answer to a token that expires says when', async () => {
    const expiresAt = new Date(app.clock.now().getTime() + 60_000);
    const expiring = await createToken(app, user, { expiresAt, scopes: ['projects:read'] });
    for (const path of [VERIFY, `${VERIFY}?scope=projects:write`]) {
      const { headers } = await get(path, expiring.plainText);
      expect(headers['latchkey-token-expires-at']).toBe(expiresAt.toISOString());
    }
  });

  test('a token that passes has been used', async () => {
    const used = await createToken(app, user);
    await ask(`GET ${VERIFY}`, bearer(used.plainText), 'X-Forwarded-For: 192.0.2.9');
    const { body } = await app
      .request()
      .get(`/v1/current_user/tokens/${used.id}`)
      .set('Authorization', `Bearer ${token.plainText}`);
    expect(body).toMatchObject({ last_used_at: app.clock.now().toISOString(), last_used_ip: '192.0.2.9' });
  });

  describe('the log', () => {
    const lineOf = async (...question: Parameters<typeof ask>) => {
      const from = app.log.length;
      await ask(...question);
      return app.log.slice(from).find(({ msg }) => msg === 'request');
    };

    test.each<[string, string, string[], string | null, string | null]>([
      ['nginx', `GET ${VERIFY}`, ['X-Original-Method: PUT', 'X-Original-URI: /a/b?c=d'], 'PUT', '/a/b'],
      [
        'Caddy and Traefik',
        `GET ${VERIFY}`,
        ['X-Forwarded-Method: PUT', 'X-Forwarded-Uri: /a?x'],
        'PUT',
        '/a',
      ],
      ['ingress-nginx', `GET ${VERIFY}`, ['X-Original-URL: https://api.example.com/a?x'], null, '/a'],
      ['Envoy', `DELETE ${VERIFY}/a/b?c=d`, [], 'DELETE', '/a/b'],
      ['somebody who does not say', `GET ${VERIFY}`, [], null, null],
      [
        'somebody who overdoes it',
        `GET ${VERIFY}`,
        [`X-Original-URI: /${'a'.repeat(999)}`],
        null,
        `/${'a'.repeat(255)}`,
      ],
    ])('names the original request as %s sends it', async (_, line, headers, method, path) => {
      expect(await lineOf(line, ...headers)).toMatchObject({
        level: 'info',
        route: VERIFY,
        status: 401,
        problem: 'unauthorized',
        original_method: method,
        original_path: path,
      });
    });

    test('has what was let pass at the level debug, with who it was', async () => {
      expect(await lineOf(`GET ${VERIFY}`, bearer(token.plainText))).toMatchObject({
        level: 'debug',
        status: 200,
        user_id: user.id,
        token_id: token.id,
        duration_ms: expect.any(Number),
      });
    });
  });
});
