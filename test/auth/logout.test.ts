import { beforeAll, describe, expect, test } from '@jest/globals';
import { Session } from '../../src/auth/session.entity.js';
import { ORIGIN } from '../harness/service.js';
import { createToken, createUser, PASSWORD, type TestUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const LOGOUT = '/v1/auth/logout';

describe('POST /v1/auth/logout', () => {
  const app = useApp();
  let user: TestUser;

  const signInForCookie = async () => {
    const answer = await app.request().post('/v1/auth/login').send({ email: user.email, password: PASSWORD });
    return String(answer.headers['set-cookie']).split(';')[0] ?? '';
  };

  beforeAll(async () => {
    user = await createUser(app);
  });

  test('204: the session is dead on the server, for whoever kept the cookie', async () => {
    const cookie = await signInForCookie();
    const sessions = app.dataSource.getRepository(Session);
    const before = await sessions.count();
    const { text } = await app.request().post(LOGOUT).set({ Cookie: cookie, Origin: ORIGIN }).expect(204);
    expect(text).toBe('');
    expect(await sessions.count()).toBe(before - 1);
    const { body } = await app.request().get('/v1/current_user').set('Cookie', cookie).expect(401);
    expect(body).toMatchObject({ code: 'session_ended', detail: expect.stringMatching(/^Unauthorized/) });
  });

  test('204: the browser is told to forget the cookie', async () => {
    const person = await asPerson(app, user);
    const { headers } = await person.post(LOGOUT).expect(204);
    const [cookie] = headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^latchkey_session=;/);
    expect(cookie).toMatch(/; Path=\/(;|$)/);
    expect(cookie).toMatch(/Expires=Thu, 01 Jan 1970|Max-Age=0/);
    await person.get('/v1/current_user').expect(401);
  });

  test('204: other sessions of the same person, and their tokens, live on', async () => {
    const laptop = await asPerson(app, user);
    const phone = await asPerson(app, user);
    const program = asProgram(app, await createToken(app, user));
    await laptop.post(LOGOUT).expect(204);
    await phone.get('/v1/current_user').expect(200);
    await program.get('/v1/current_user').expect(200);
  });

  test('401 without a session, and the second time', async () => {
    await app.request().post(LOGOUT).expect(401);
    const person = await asPerson(app, user);
    await person.post(LOGOUT).expect(204);
    await person.post(LOGOUT).expect(401);
  });

  test('403 for a token, which has no session to end; a cookie sent along is not touched', async () => {
    const token = await createToken(app, user);
    const cookie = await signInForCookie();
    const { body } = await asProgram(app, token).post(LOGOUT).set('Cookie', cookie).expect(403);
    expect(body.code).toBe('session_required');
    await app.request().get('/v1/current_user').set('Cookie', cookie).expect(200);
  });

  test('405 for GET: a link cannot sign anybody out', async () => {
    const person = await asPerson(app, user);
    const { headers } = await person.get(LOGOUT).expect(405);
    expect(headers.allow).toBe('POST');
    await person.get('/v1/current_user').expect(200);
  });
});
