import { beforeAll, describe, expect, test } from '@jest/globals';
import { ORIGIN } from '../harness/service.js';
import {
  createToken,
  createUser,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
  secretOf,
} from '../support/factories.js';
import { badTokens } from '../support/bad-tokens.js';
import { expectProblem } from '../support/problems.js';
import { asBrowser, asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const INTROSPECT = '/v1/introspect';
const BATCH = '/v1/introspect/batch';
const FORM = 'application/x-www-form-urlencoded';
const INACTIVE = { active: false };

const app = useApp();
let user: TestUser;
let token: TestToken;
let introspector: TestToken;
let service: Client;

beforeAll(async () => {
  user = await createUser(app);
  token = await createToken(app, user, { scopes: ['projects:read', 'projects:write'] });
  introspector = await createToken(app, await createUser(app), { scopes: ['tokens:introspect'] });
  service = asProgram(app, introspector);
});

const ask = (form: string | Record<string, string>) => service.post(INTROSPECT).type('form').send(form);

describe('POST /v1/introspect', () => {
  test('200: what the token is good for', async () => {
    const answer = await ask({ token: token.plainText }).expect(200);
    expect(answer.body).toEqual({
      active: true,
      scope: 'projects:read projects:write',
      username: user.email,
      name: user.name,
      token_type: 'Bearer',
      iat: Math.floor(app.clock.now().getTime() / 1000),
      sub: String(user.id),
      iss: ORIGIN,
      jti: String(token.id),
      token_id: token.id,
      token_name: 'Automation Script',
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    });
  });

  test.each([
    ['a line break', '%0A'],
    ['a line break of Windows', '%0D%0A'],
    ['a byte order mark', '%EF%BB%BF'],
    ['a no-break space', '%C2%A0'],
    ['a space of no width', '%E2%80%8B'],
  ])('200: %s around it is not part of a token', async (_, margin) => {
    const { body } = await ask(`token=${margin}${encodeURIComponent(token.plainText)}${margin}`).expect(200);
    expect(body).toMatchObject({ active: true, token_id: token.id });
    const tokens = [decodeURIComponent(margin) + token.plainText, `${token.plainText}x`];
    const batch = await service.post(BATCH).send({ tokens }).expect(200);
    expect(batch.body).toMatchObject([{ active: true, token_id: token.id }, INACTIVE]);
  });

  test('200: exp where it expires, in whole seconds', async () => {
    const expiresAt = new Date('2100-01-02T03:04:05.678Z');
    const { plainText } = await createToken(app, user, { expiresAt });
    const { body } = await ask({ token: plainText }).expect(200);
    expect(body).toMatchObject({ active: true, exp: Date.parse('2100-01-02T03:04:05Z') / 1000 });
  });

  test('200: exactly {"active":false} for every token that is not good, and no-store', async () => {
    for (const [reason, presented] of await badTokens(app, user)) {
      const answer = await ask({ token: presented });
      expect([reason, answer.status, answer.text]).toEqual([reason, 200, '{"active":false}']);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  test('200: a token bound to addresses, by the address the service names', async () => {
    const { plainText } = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
    const from = async (client_ip: string) =>
      (await ask({ token: plainText, client_ip }).expect(200)).body as unknown;
    expect(await from('192.0.2.7')).toMatchObject({ active: true });
    expect(await from('198.51.100.7')).toEqual(INACTIVE);
  });

  test('200: hints and fields that nobody knows do no harm', async () => {
    for (const more of [
      'token_type_hint=refresh_token',
      'token_type_hint=nonsense',
      'client_id=x&client_id=y',
      'a=%zz',
    ]) {
      const { body } = await ask(`token=${encodeURIComponent(token.plainText)}&${more}`).expect(200);
      expect(body).toMatchObject({ active: true, token_id: token.id });
    }
  });

  test('the token that asks counts as used, and so does the one asked about', async () => {
    const asked = await createToken(app, user);
    await ask({ token: asked.plainText, client_ip: '192.0.2.7' }).expect(200);
    const { body } = await (await asPerson(app, user)).get(`/v1/current_user/tokens/${asked.id}`).expect(200);
    expect(body).toMatchObject({ last_used_at: app.clock.now().toISOString(), last_used_ip: '192.0.2.7' });
  });

  test.each([
    ['no token', ''],
    ['an empty one', 'token='],
    ['another field', 'toke=x'],
    ['two tokens', 'token=a&token=a'],
    ['two hints', 'token=a&token_type_hint=x&token_type_hint=x'],
    ['two addresses', 'token=a&client_ip=192.0.2.1&client_ip=192.0.2.1'],
    ['an address that is none', 'token=a&client_ip=here'],
    ['an address with a zone that cannot be read', 'token=a&client_ip=fe80::1%25eth-0'],
    ['a second token behind very many fields', `${'x=&'.repeat(2000)}token=a&token=a`],
  ])('400 invalid_request, as OAuth 2.0 says it, for %s', async (_, form) => {
    const answer = await service.post(INTROSPECT).set('Content-Type', FORM).send(form);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toMatchObject({
      error: 'invalid_request',
      error_description: answer.body.detail,
      code: 'invalid_request',
      status: 400,
    });
  });

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])(
    '415 for %s',
    async (type) => {
      const answer = await service.post(INTROSPECT).set('Content-Type', type).send('{"token":"x"}');
      expectProblem(answer, 415, 'unsupported_media_type');
      expect(answer.body.detail).toBe(`Send the body as ${FORM}.`);
    },
  );

  test('413 for more than any token is long', async () => {
    expectProblem(await ask({ token: 'x'.repeat(70_000) }), 413, 'body_too_large');
  });

  test('405 for GET: a token in an address would be in every log', async () => {
    expectProblem(await service.get(`${INTROSPECT}?token=x`), 405, 'method_not_allowed');
  });
});

describe.each([INTROSPECT, BATCH])('whoever asks %s', (path) => {
  const send = (client: Client) =>
    path === BATCH
      ? client.post(path).send({ tokens: [token.plainText] })
      : client.post(path).type('form').send({ token: token.plainText });

  test('401 without credentials, and with those of nobody', async () => {
    const answer = await send(asBrowser(app));
    expectProblem(answer, 401, 'unauthorized');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="latchkey"');
    expectProblem(await send(asProgram(app, `1|${UNKNOWN_SECRET}`)), 401, 'invalid_token');
  });

  test.each([[['*']], [['tokens:*']], [['tokens:read', 'tokens:write', 'user:read']]])(
    '403 for a token with %j',
    async (scopes) => {
      const answer = await send(asProgram(app, await createToken(app, user, { scopes })));
      expectProblem(answer, 403, 'insufficient_scope');
      expect(answer.headers['www-authenticate']).toContain('scope="tokens:introspect"');
      expect(JSON.stringify(answer.body)).not.toContain('active');
    },
  );

  test('403 for a person', async () => {
    expectProblem(await send(await asPerson(app, user)), 403, 'insufficient_scope');
  });

  test('400 for a token in the form: it is no credential', async () => {
    const form = `access_token=${introspector.plainText}&token=x`;
    expectProblem(await app.request().post(INTROSPECT).type('form').send(form), 400, 'invalid_request');
  });
});

describe('a token with tokens:introspect', () => {
  test('is made by nobody over HTTP, be it by one that has it', async () => {
    const wish = { token_name: 'Oracle', scopes: ['tokens:introspect'] };
    const create = '/v1/current_user/tokens/create';
    const both = await createToken(app, user, { scopes: ['tokens:introspect', '*'] });
    for (const client of [await asPerson(app, user), asProgram(app, both)]) {
      expectProblem(await client.post(create).send(wish), 400, 'validation_failed');
    }
    const { body } = await asProgram(app, both).post(create).send({ token_name: 'Child' }).expect(201);
    expectProblem(
      await asProgram(app, body.token).post(INTROSPECT).type('form').send({ token: 'x' }),
      403,
      'insufficient_scope',
    );
    app.leaks.remember(secretOf(body.token));
  });
});
