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
import { asPerson, asProgram, type Client, withAuthorization } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';
const CREATE = '/v1/current_user/tokens/create';

const MISSING = 'Bearer realm="latchkey"';
const INVALID = 'Bearer realm="latchkey", error="invalid_token"';
const MALFORMED = /^Bearer realm="latchkey", error="invalid_request", error_description="[^"]+"$/;

const strangers = (id: number): string => `${id}|${UNKNOWN_SECRET}`;

describe('the Authorization header', () => {
  const app = useApp();
  let user: TestUser;
  let token: TestToken;
  let person: Client;

  beforeAll(async () => {
    user = await createUser(app);
    token = await createToken(app, user);
    person = await asPerson(app, user);
  });

  test('200: a token is its user', async () => {
    const { body } = await withAuthorization(app, `Bearer ${token.plainText}`).expect(200);
    expect(body).toMatchObject({ id: user.id, name: user.name, email: user.email });
  });

  test.each(['bearer', 'BEARER', 'bEaReR'])('200: the scheme may be written %s', async (scheme) => {
    await withAuthorization(app, `${scheme} ${token.plainText}`).expect(200);
  });

  test('200: several spaces are one', async () => {
    await withAuthorization(app, `Bearer    ${token.plainText}`).expect(200);
  });

  test('200 with the content type that clients send with every request', async () => {
    await asProgram(app, token).get(ME).set('Content-Type', 'application/json').expect(200);
  });

  test('401 without one: the challenge says how, and names no error', async () => {
    const answer = await app.request().get(ME);
    expectProblem(answer, 401, 'unauthorized');
    expect(answer.headers['www-authenticate']).toBe(MISSING);
    expect(answer.body.detail).toMatch(/^Unauthorized/);
  });

  test.each([
    ['another scheme', 'Basic dXNlcjpwYXNzd29yZA=='],
    ['the bare token', '1|abc'],
    ['an empty value', ''],
    ['no space after the scheme', 'Bearer1|abc'],
    ['two schemes in one word', 'Bearer:1|abc'],
  ])('401 for %s: there is no bearer token in it', async (_, value) => {
    const answer = await withAuthorization(app, value);
    expectProblem(answer, 401, 'unauthorized');
    expect(answer.headers['www-authenticate']).toBe(MISSING);
  });

  test('401 for a good token without its space, or without its scheme', async () => {
    await withAuthorization(app, `Bearer${token.plainText}`).expect(401);
    await withAuthorization(app, token.plainText).expect(401);
  });

  test.each([
    ['a tab', (good: string) => `Bearer\t${good}`],
    ['a space and a tab', (good: string) => `Bearer \t${good}`],
    ['something after the token', (good: string) => `Bearer ${good} and more`],
    ['two tokens', (good: string) => `Bearer ${good} ${good}`],
    ['a token broken in two', (good: string) => `Bearer ${good.slice(0, 20)} ${good.slice(20)}`],
    ['two credentials in one header', (good: string) => `Bearer ${good}, Bearer ${good}`],
  ])('400 for %s: it could be read in two ways', async (_, valueOf) => {
    const answer = await withAuthorization(app, valueOf(token.plainText));
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.headers['www-authenticate']).toMatch(MALFORMED);
  });

  test.each([
    ['both good', (good: string) => [good, good]],
    ['the first one good', (good: string) => [good, strangers(1)]],
    ['the second one good', (good: string) => [strangers(1), good]],
  ])('400 for two Authorization headers, %s: neither is taken', async (_, tokensOf) => {
    app.forgetStatements();
    const headers = tokensOf(token.plainText).map(
      (one, n) => `${n === 0 ? 'A' : 'a'}uthorization: Bearer ${one}`,
    );
    const answer = await sendRaw(app, [`GET ${ME} HTTP/1.1`, ...headers]);
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.headers['www-authenticate']).toMatch(MALFORMED);
    expect(app.statements).toEqual([]);
  });

  test('401 for a wrong secret, an unknown id and a deleted token: nobody can tell which', async () => {
    const deleted = await createToken(app, user);
    await person.delete(`/v1/current_user/tokens/${deleted.id}`).expect(204);
    const expired = await createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() - 1) });
    const disabled = await createToken(app, await createUser(app, { disabledAt: app.clock.now() }));
    const elsewhere = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
    app.forgetStatements();
    const answers = [
      await withAuthorization(app, `Bearer ${strangers(token.id)}`),
      await withAuthorization(app, `Bearer ${strangers(9_007_199_254_740_991)}`),
      await withAuthorization(app, `Bearer ${deleted.plainText}`),
      await withAuthorization(app, `Bearer ${token.id}|${deleted.secret}`),
      await withAuthorization(app, `Bearer ${strangers(expired.id)}`),
      await withAuthorization(app, `Bearer ${strangers(disabled.id)}`),
      await withAuthorization(app, `Bearer ${strangers(elsewhere.id)}`),
      await withAuthorization(app, 'Bearer garbage'),
    ];
    expect(app.statements).toHaveLength(answers.length - 1);
    const [first] = answers;
    if (first === undefined) throw new Error('No answer.');
    expectProblem(first, 401, 'invalid_token');
    expect(first.headers['www-authenticate']).toBe(INVALID);
    expect(first.body.detail).toMatch(/^Unauthorized/);
    for (const answer of answers) expect(comparable(answer)).toEqual(comparable(first));
  });

  test('403 for a good token without the scope: the challenge names it, and nothing happens', async () => {
    const reader = await createToken(app, user, { scopes: ['tokens:read'] });
    const before = await person.get('/v1/current_user/tokens').expect(200);
    const answer = await asProgram(app, reader).post(CREATE).send({ token_name: 'Forbidden' });
    expectProblem(answer, 403, 'insufficient_scope');
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="latchkey", error="insufficient_scope", scope="tokens:write"',
    );
    const after = await person.get('/v1/current_user/tokens').expect(200);
    expect(after.body).toHaveLength((before.body as unknown[]).length);
  });

  test.each([
    ['a wrong token', `Bearer ${strangers(1)}`, 401, 'invalid_token'],
    ['another scheme', 'Basic dXNlcjpwYXNzd29yZA==', 401, 'unauthorized'],
    ['nothing in it', '', 401, 'unauthorized'],
    ['a malformed value', 'Bearer a b', 400, 'invalid_request'],
  ])('is judged alone: a good session does not make up for %s', async (_, value, status, code) => {
    await person.get(ME).expect(200);
    expectProblem(await person.get(ME).set('Authorization', value), status, code);
  });

  test('is judged alone: a good token is not spoilt by a dead session, nor taken for it', async () => {
    const other = await createUser(app);
    const good = await createToken(app, other);
    const { body } = await person.get(ME).set('Authorization', `Bearer ${good.plainText}`).expect(200);
    expect(body).toMatchObject({ id: other.id });
    await asProgram(app, good).get(ME).set('Cookie', 'latchkey_session=dead').expect(200);
  });
});

describe('a token anywhere but in the Authorization header', () => {
  const app = useApp();
  let user: TestUser;
  let token: TestToken;

  beforeAll(async () => {
    user = await createUser(app);
    token = await createToken(app, user);
  });

  test('400 in the query string as access_token, even with a good header', async () => {
    app.forgetStatements();
    const query = { access_token: token.plainText };
    const alone = await app.request().get(ME).query(query);
    const twice = await asProgram(app, token).get(ME).query(query);
    for (const answer of [alone, twice]) {
      expectProblem(answer, 400, 'invalid_request');
      expect(answer.headers['www-authenticate']).toMatch(MALFORMED);
    }
    expect(app.statements).toEqual([]);
  });

  test('400 in the body as access_token: nothing is created', async () => {
    const body = { token_name: 'By the body', access_token: token.plainText };
    const alone = await app.request().post(CREATE).send(body);
    const twice = await asProgram(app, token).post(CREATE).send(body);
    for (const answer of [alone, twice]) {
      expectProblem(answer, 400, 'invalid_request');
      expect(answer.headers['www-authenticate']).toMatch(MALFORMED);
    }
    const { body: list } = await asProgram(app, token).get('/v1/current_user/tokens').expect(200);
    expect(list).toHaveLength(1);
  });

  test.each(['token', 'api_key', 'bearer', 'authorization'])(
    '401 in the query string as %s',
    async (name) => {
      expectProblem(
        await app
          .request()
          .get(ME)
          .query({ [name]: token.plainText }),
        401,
        'unauthorized',
      );
    },
  );

  test.each(['token', 'authorization'])('401 in the body as %s', async (name) => {
    const body = { token_name: 'By the body', [name]: token.plainText };
    expectProblem(await app.request().post(CREATE).send(body), 401, 'unauthorized');
  });

  test.each(['access_token', 'token', 'Authorization', 'latchkey_session'])(
    '401 in a cookie named %s',
    async (name) => {
      await app.request().get(ME).set('Cookie', `${name}=${token.plainText}`).expect(401);
      const encoded = encodeURIComponent(token.plainText);
      await app.request().get(ME).set('Cookie', `${name}=${encoded}`).expect(401);
    },
  );

  test.each(['X-Api-Key', 'X-Auth-Token', 'Proxy-Authorization', 'X-Authorization'])(
    '401 in the header %s',
    async (name) => {
      const answer = await app.request().get(ME).set(name, `Bearer ${token.plainText}`);
      expectProblem(answer, 401, 'unauthorized');
    },
  );
});
