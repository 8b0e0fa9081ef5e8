import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, PASSWORD, type TestUser } from '../support/factories.js';
import { asBrowser, asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const SESSION = '/v1/auth/session';
const NOBODY = { user: null, ended: false, registration_open: true };

describe('GET /v1/auth/session', () => {
  const app = useApp();
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  test('200: whoever is signed in', async () => {
    const person = await asPerson(app, user);
    const { body, headers } = await person.get(SESSION).expect(200);
    const { body: me } = await person.get('/v1/current_user').expect(200);
    expect(body).toEqual({ user: me, ended: false, registration_open: true });
    expect(headers['cache-control']).toBe('no-store');
  });

  test('200: nobody, without a cookie', async () => {
    const { body } = await asBrowser(app).get(SESSION).expect(200);
    expect(body).toEqual(NOBODY);
  });

  test('200: nobody any more, when the session has ended elsewhere', async () => {
    const person = await asPerson(app, user);
    const elsewhere = await asPerson(app, user);
    await elsewhere
      .put('/v1/current_user/password')
      .send({ current_password: PASSWORD, new_password: `${PASSWORD}s` })
      .expect(204);
    const { body } = await person.get(SESSION).expect(200);
    expect(body).toEqual({ ...NOBODY, ended: true });
  });

  test('200: nobody, for a made-up cookie', async () => {
    const { body } = await app.request().get(SESSION).set('Cookie', 'latchkey_session=made-up').expect(200);
    expect(body).toEqual({ ...NOBODY, ended: true });
  });

  test('200: nobody, for a token: it is about the cookie', async () => {
    const { body } = await asProgram(app, await createToken(app, user))
      .get(SESSION)
      .expect(200);
    expect(body).toEqual(NOBODY);
  });

  test('200: says when registration is closed', async () => {
    await withApp({ env: { REGISTRATION: 'closed' } }, async (closed) => {
      const { body } = await closed.request().get(SESSION).expect(200);
      expect(body).toEqual({ ...NOBODY, registration_open: false });
    });
  });
});
