import { beforeAll, describe, expect, test } from '@jest/globals';
import { PasswordHasher } from '../../src/auth/password-hasher.js';
import { Session } from '../../src/auth/session.entity.js';
import { createUser, PASSWORD, type TestUser } from '../support/factories.js';
import { asBrowser } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const LOGIN = '/v1/auth/login';
const WRONG = 'certainly not the password';

const app = useApp();
let user: TestUser;

const countSessions = () => app.dataSource.getRepository(Session).count();

/** What a stranger can compare: everything but the time and the name of the request. */
async function answerTo(email: string, password: string) {
  const { status, headers, text } = await app.request().post(LOGIN).send({ email, password });
  const id = String(headers['x-request-id']);
  return { status, headers: { ...headers, date: '', 'x-request-id': '' }, text: text.replace(id, '') };
}

beforeAll(async () => {
  user = await createUser(app);
});

describe('POST /v1/auth/login, 200', () => {
  test('answers with the user, nothing else, and signs the browser in', async () => {
    const browser = asBrowser(app);
    const { body } = await browser.post(LOGIN).send({ email: user.email, password: PASSWORD }).expect(200);
    expect(body).toEqual({
      id: user.id,
      name: user.name,
      email: user.email,
      created_at: app.clock.now().toISOString(),
    });
    const { body: again } = await browser.get('/v1/current_user').expect(200);
    expect(again).toEqual(body);
  });

  test('the case of the address does not matter', async () => {
    await app.request().post(LOGIN).send({ email: user.email.toUpperCase(), password: PASSWORD }).expect(200);
  });
});

describe('POST /v1/auth/login, 401', () => {
  test('a wrong address and a wrong password get the same answer to the byte', async () => {
    const unknown = await answerTo('nobody@example.com', WRONG);
    const wrong = await answerTo(user.email, WRONG);
    const disabled = await createUser(app, { disabledAt: app.clock.now() });
    const ofDisabled = await answerTo(disabled.email, WRONG);
    expect(unknown.status).toBe(401);
    expect(JSON.parse(unknown.text)).toMatchObject({
      code: 'wrong_password',
      detail: expect.stringMatching(/^Unauthorized/),
    });
    expect(wrong).toEqual(unknown);
    expect(ofDisabled).toEqual(unknown);
  });

  test('an unknown address costs as many hashes and statements as a known one', async () => {
    const hasher = app.app.get(PasswordHasher);
    const verify = hasher.verify.bind(hasher);
    let hashes = 0;
    hasher.verify = (...given) => {
      hashes += 1;
      return verify(...given);
    };
    try {
      const costs = [];
      for (const email of ['nobody@example.com', user.email]) {
        hashes = 0;
        app.forgetStatements();
        await answerTo(email, WRONG);
        costs.push({ hashes, statements: [...app.statements] });
      }
      const [unknown, known] = costs;
      expect(unknown).toEqual(known);
      expect(unknown?.hashes).toBe(1);
    } finally {
      hasher.verify = verify;
    }
  });

  test.each([
    ['another', WRONG],
    ['one with a space more', `${PASSWORD} `],
    ['one in another case', PASSWORD.toUpperCase()],
    ['one letter', 'x'],
    ['a beginning', PASSWORD.slice(0, -1)],
  ])('a wrong password opens no session: %s', async (_, password) => {
    const owner = await createUser(app);
    const before = await countSessions();
    const { headers } = await app.request().post(LOGIN).send({ email: owner.email, password }).expect(401);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['www-authenticate']).toBe('Bearer realm="latchkey"');
    expect(await countSessions()).toBe(before);
  });

  test('a failed attempt leaves the session of the browser alone', async () => {
    const browser = asBrowser(app);
    await browser.post(LOGIN).send({ email: user.email, password: PASSWORD }).expect(200);
    await browser.post(LOGIN).send({ email: user.email, password: WRONG }).expect(401);
    await browser.get('/v1/current_user').expect(200);
  });

  test('a disabled account is told so to whoever knows the password, and to nobody else', async () => {
    const disabled = await createUser(app, { disabledAt: app.clock.now() });
    const before = await countSessions();
    const { body, headers } = await app
      .request()
      .post(LOGIN)
      .send({ email: disabled.email, password: PASSWORD })
      .expect(401);
    expect(body).toMatchObject({ code: 'user_disabled', detail: expect.stringMatching(/^Unauthorized/) });
    expect(headers['set-cookie']).toBeUndefined();
    expect(await countSessions()).toBe(before);
  });
});

describe('POST /v1/auth/login, 400', () => {
  test.each([
    ['email', 'missing', undefined, 'Email must be an email address.'],
    ['email', 'a number', 1, 'Email must be an email address.'],
    ['email', 'an object', { $gt: '' }, 'Email must be an email address.'],
    ['email', 'an array', ['user@example.com'], 'Email must be an email address.'],
    ['email', 'half a surrogate pair', '\ud83duser@example.com', 'Email must be an email address.'],
    ['email', 'no address', "' OR 1=1 --", 'Email must be an email address.'],
    ['password', 'missing', undefined, 'Password is required.'],
    ['password', 'null', null, 'Password is required.'],
    ['password', 'empty', '', 'Password is required.'],
    ['password', 'a boolean', true, 'Password must be a string.'],
    ['password', 'an array', [PASSWORD], 'Password must be a string.'],
    ['password', 'endless', 'x'.repeat(5000), 'Password is too long.'],
  ])('%s %s: one message, the one that fits', async (field, _, value, detail) => {
    const { body } = await app
      .request()
      .post(LOGIN)
      .send({ email: user.email, password: PASSWORD, [field]: value })
      .expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', message: detail });
    expect(body.errors).toEqual([{ field, detail }]);
  });

  test('an unknown field is named', async () => {
    const given = { email: user.email, password: PASSWORD, remember: true };
    const { body, headers } = await app.request().post(LOGIN).send(given).expect(400);
    expect(body.errors).toEqual([{ field: 'remember', detail: 'Unknown field remember.' }]);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test.each(['', '{', '[]', '"text"', 'null', '{"__proto__":{"email":"a@b.co"}}'])(
    'a body that is no JSON object of ours: %j',
    async (text) => {
      const { body } = await app
        .request()
        .post(LOGIN)
        .set('Content-Type', 'application/json')
        .send(text)
        .expect(400);
      expect(body.status).toBe(400);
    },
  );
});
