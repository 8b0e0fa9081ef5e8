import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createToken,
  createUser,
  PASSWORD,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
} from '../support/factories.js';
import { sendRaw } from '../support/raw.js';
import { asBrowser, asPerson, asProgram, withAuthorization } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';
const TOKENS = `${ME}/tokens`;

describe('the log', () => {
  const app = useApp();
  let user: TestUser;
  let token: TestToken;
  let from: number;

  /** What was logged since the test began. */
  const lines = () => app.log.slice(from);
  const requests = () => lines().filter(({ msg }) => msg === 'request');
  const text = () => app.leaks.logLines.slice(from).join('\n');

  beforeEach(async () => {
    user = await createUser(app);
    token = await createToken(app, user);
    from = app.log.length;
  });

  test('has one line for a request, with everything there is to know', async () => {
    const { headers } = await asProgram(app, token).get(`${TOKENS}/${token.id}`).expect(200);
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        request_id: headers['x-request-id'],
        method: 'GET',
        route: '/v1/current_user/tokens/:tokenId',
        status: 200,
        duration_ms: expect.any(Number),
        user_id: user.id,
        token_id: token.id,
        msg: 'request',
      },
    ]);
    expect(requests()[0]?.duration_ms).toBeGreaterThan(0);
  });

  test('names the user and no token, where the request came with a session', async () => {
    const person = await asPerson(app, user);
    await person.get(ME).expect(200);
    expect(requests().at(-1)).toMatchObject({ route: ME, user_id: user.id, token_id: null });
  });

  test('names nobody where nobody was known', async () => {
    await app.request().get(ME).expect(401);
    await withAuthorization(app, `Bearer ${token.id}|${UNKNOWN_SECRET}`).expect(401);
    expect(requests()).toMatchObject([
      { status: 401, user_id: null, token_id: null },
      { status: 401, user_id: null, token_id: null },
    ]);
  });

  test('names who it was that may not', async () => {
    const reader = await createToken(app, user, { scopes: ['tokens:read'] });
    await asProgram(app, reader).get(ME).expect(403);
    expect(requests()).toMatchObject([{ status: 403, user_id: user.id, token_id: reader.id }]);
  });

  test('names no route where there is none, and no address', async () => {
    await app.request().get('/nothing/secret-in-the-path?secret=in-the-query').expect(404);
    expect(requests()).toMatchObject([{ method: 'GET', route: null, status: 404 }]);
    expect(text()).not.toContain('secret');
  });

  test('keeps quiet about probes, unless asked for details', async () => {
    await app.request().get('/health/live').expect(200);
    expect(requests()).toMatchObject([{ level: 'debug', route: '/health/live' }]);
  });

  test('never has a token in it, wherever it was sent', async () => {
    const { plainText, secret } = token;
    const encoded = encodeURIComponent(plainText);
    await asProgram(app, token).get(ME).expect(200);
    await withAuthorization(app, `Basic ${plainText}`).expect(401);
    await withAuthorization(app, `Bearer ${plainText} ${plainText}`).expect(400);
    await app.request().get(`/${encoded}`).expect(404);
    await app.request().get(`${TOKENS}/${encoded}`).expect(401);
    await app.request().get(`${TOKENS}/${secret}`).expect(401);
    await app.request().get(ME).query({ access_token: plainText }).expect(400);
    await app
      .request()
      .get(ME)
      .query({ [plainText]: '1' })
      .expect(401);
    await app.request().get(ME).set('Cookie', `latchkey_session=${plainText}`).expect(401);
    await app.request().get(ME).set('Referer', `https://example.com/?${plainText}`).expect(401);
    await app.request().get(ME).set('User-Agent', plainText).expect(401);
    const program = asProgram(app, token);
    await program
      .get(TOKENS)
      .query({ [secret]: '1' })
      .expect(400);
    await program.get(TOKENS).query({ cursor: plainText }).expect(400);
    await program.get(`${TOKENS}/${encoded}`).expect(404);
    await program.delete(`${TOKENS}/${secret}`).expect(404);
    for (const body of [
      { token_name: 5, [plainText]: 1 },
      { token_name: 5, [secret]: 1 },
      { token_name: 'x', [secret.slice(0, 40)]: 1 },
      { token_name: `${plainText}\n.` },
      { token_name: [plainText] },
    ]) {
      await program.post(`${TOKENS}/create`).send(body).expect(400);
    }
    const json = 'application/json';
    await program.post(`${TOKENS}/create`).type(json).send(`{"${plainText}`).expect(400);
    await sendRaw(app, [`GET /%zz${plainText} HTTP/1.1`]);
    await sendRaw(app, [`${secret} / HTTP/1.1`]);
    await sendRaw(app, [`GET ${ME} HTTP/1.1`, plainText]);
    expect(requests().length).toBeGreaterThan(20);
    expect(text()).not.toContain(secret);
    // Less of it would be too much.
    expect(text()).not.toContain(secret.slice(0, 20));
  });

  test('never has a password or a session in it', async () => {
    const browser = asBrowser(app);
    const wrong = 'a wrong password that is long enough';
    await browser.post('/v1/auth/login').send({ email: user.email, password: wrong }).expect(401);
    const { headers } = await browser
      .post('/v1/auth/login')
      .send({ email: user.email, password: PASSWORD })
      .expect(200);
    const [, session = ''] = /latchkey_session=([^;]+)/.exec(String(headers['set-cookie'])) ?? [];
    expect(session.length).toBeGreaterThan(20);
    await browser.get(ME).expect(200);
    for (const secret of [PASSWORD, wrong, session, user.email]) expect(text()).not.toContain(secret);
  });
});
