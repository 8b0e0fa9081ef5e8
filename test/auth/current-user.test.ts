import { beforeAll, describe, expect, test } from '@jest/globals';
import { User } from '../../src/users/user.entity.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const CURRENT_USER = '/v1/current_user';

describe('GET /v1/current_user', () => {
  const app = useApp();
  let user: TestUser;

  const expected = () => ({ ...user, created_at: app.clock.now().toISOString() });

  beforeAll(async () => {
    user = await createUser(app);
  });

  test('200 with a session: the user and nothing else', async () => {
    const person = await asPerson(app, user);
    const { body } = await person.get(CURRENT_USER).expect(200);
    expect(body).toEqual(expected());
  });

  test.each([[['*']], [['user:read']], [['user:*']], [['tokens:read', 'user:read']]])(
    '200 with a token of the scopes %j',
    async (scopes) => {
      const token = await createToken(app, user, { scopes });
      const { body } = await asProgram(app, token).get(CURRENT_USER).expect(200);
      expect(body).toEqual(expected());
    },
  );

  test('200: each of two people sees themselves', async () => {
    const other = await createUser(app);
    const token = await createToken(app, other);
    const { body } = await asProgram(app, token).get(CURRENT_USER).expect(200);
    expect(body.id).toBe(other.id);
    expect(body.email).toBe(other.email);
  });

  test('200: a token in the header decides, not the cookie beside it', async () => {
    const other = await createUser(app);
    const person = await asPerson(app, user);
    const { plainText } = await createToken(app, other);
    const { body } = await person.get(CURRENT_USER).set('Authorization', `Bearer ${plainText}`).expect(200);
    expect(body.id).toBe(other.id);
  });

  test('401 without credentials: says how, and names no error', async () => {
    const { body, headers } = await app.request().get(CURRENT_USER).expect(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="latchkey"');
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: 'unauthorized', detail: expect.stringMatching(/^Unauthorized/) });
  });

  test.each(['x', 'a'.repeat(43), '', '../../etc/passwd', "' OR '1'='1", 'a'.repeat(4000)])(
    '401 for a cookie that is no session of ours: %j',
    async (id) => {
      const { body } = await app
        .request()
        .get(CURRENT_USER)
        .set('Cookie', `latchkey_session=${encodeURIComponent(id)}`)
        .expect(401);
      expect(body.detail).toMatch(/^Unauthorized/);
    },
  );

  test.each(['Bearer nonsense', 'Basic dXNlcjpwYXNz', 'Bearer'])(
    '401 for "%s", although the cookie beside it is good',
    async (authorization) => {
      const person = await asPerson(app, user);
      await person.get(CURRENT_USER).set('Authorization', authorization).expect(401);
    },
  );

  test('401 once the account is disabled, for the session and for the token', async () => {
    const leaver = await createUser(app);
    const person = await asPerson(app, leaver);
    const program = asProgram(app, await createToken(app, leaver));
    await app.dataSource.getRepository(User).update({ id: leaver.id }, { disabledAt: app.clock.now() });
    await person.get(CURRENT_USER).expect(401);
    await program.get(CURRENT_USER).expect(401);
  });

  test.each([[[]], [['tokens:read']], [['user:write']], [['users:*']], [['user']], [['projects:*']]])(
    '403 with a token of the scopes %j: names the one that is missing',
    async (scopes) => {
      const token = await createToken(app, user, { scopes });
      const { body, headers } = await asProgram(app, token).get(CURRENT_USER).expect(403);
      expect(headers['www-authenticate']).toBe(
        'Bearer realm="latchkey", error="insufficient_scope", scope="user:read"',
      );
      expect(body.code).toBe('insufficient_scope');
      expect(JSON.stringify(body)).not.toContain(user.email);
    },
  );
});
