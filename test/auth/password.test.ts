import { createHash } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Session } from '../../src/auth/session.entity.js';
import { User } from '../../src/users/user.entity.js';
import { createToken, createUser, PASSWORD, type TestUser } from '../support/factories.js';
import { asBrowser, asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const CHANGE = '/v1/current_user/password';
const NEW_PASSWORD = 'violet otters argue rarely';
const WRONG = 'certainly not the password';

const app = useApp();
let user: TestUser;
let person: Client;

const change = (client: Client, overrides: object = {}) =>
  client.put(CHANGE).send({ current_password: PASSWORD, new_password: NEW_PASSWORD, ...overrides });

const signIn = async (email: string, password: string): Promise<number> =>
  (await asBrowser(app).post('/v1/auth/login').send({ email, password })).status;

const storedUser = () => app.dataSource.getRepository(User).findOneByOrFail({ id: user.id });

beforeAll(() => {
  app.leaks.remember(NEW_PASSWORD);
});

beforeEach(async () => {
  user = await createUser(app);
  person = await asPerson(app, user);
});

describe('PUT /v1/current_user/password, 204', () => {
  test('the new password signs in, the old one does not', async () => {
    const { text } = await change(person).expect(204);
    expect(text).toBe('');
    expect(await signIn(user.email, PASSWORD)).toBe(401);
    expect(await signIn(user.email, NEW_PASSWORD)).toBe(200);
  });

  test('ends the other sessions, and keeps the one that asked under a new id', async () => {
    const phone = await asPerson(app, user);
    const { headers } = await change(person).expect(204);
    expect(String(headers['set-cookie'])).toMatch(/^latchkey_session=[\w-]{43};/);
    await person.get('/v1/current_user').expect(200);
    const { body } = await phone.get('/v1/current_user').expect(401);
    expect(body.code).toBe('session_ended');
    expect(await app.dataSource.getRepository(Session).countBy({ userId: user.id })).toBe(1);
  });

  test('the id the session had before is dead, too', async () => {
    const answer = await asBrowser(app)
      .post('/v1/auth/login')
      .send({ email: user.email, password: PASSWORD })
      .expect(200);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    await change(asBrowser(app).set('Cookie', cookie)).expect(204);
    await app.request().get('/v1/current_user').set('Cookie', cookie).expect(401);
  });

  test('ends also a session whose sign-in was under way with the old password', async () => {
    await change(person).expect(204);
    const id = 'opened-with-the-password-of-before';
    const now = app.clock.now();
    await app.dataSource.getRepository(Session).insert({
      idHash: createHash('sha256').update(id).digest('hex'),
      userId: user.id,
      passwordVersion: 0,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + 3_600_000),
    });
    await app.request().get('/v1/current_user').set('Cookie', `latchkey_session=${id}`).expect(401);
  });

  test('leaves tokens alone, and the sessions of everybody else', async () => {
    const program = asProgram(app, await createToken(app, user));
    const neighbour = await asPerson(app, await createUser(app));
    await change(person).expect(204);
    await program.get('/v1/current_user').expect(200);
    await neighbour.get('/v1/current_user').expect(200);
  });

  test('of several changes at once one wins, and its password is the one that signs in', async () => {
    const passwords = ['one violet otter argues', 'two violet otters argue', 'three violet otters do'];
    const cookie = await asBrowser(app)
      .post('/v1/auth/login')
      .send({ email: user.email, password: PASSWORD })
      .then(({ headers }) => String(headers['set-cookie']).split(';')[0] ?? '');
    const answers = await Promise.all(
      passwords.map((new_password) => change(asBrowser(app).set('Cookie', cookie), { new_password })),
    );
    const won = passwords.filter((_, n) => answers[n]?.status === 204);
    expect(won).toHaveLength(1);
    for (const { status } of answers) expect([204, 400, 401]).toContain(status);
    for (const password of passwords) {
      expect(await signIn(user.email, password)).toBe(won.includes(password) ? 200 : 401);
    }
  });
});

describe('PUT /v1/current_user/password, 400', () => {
  test('the current password is wrong: nothing changes, nobody is signed out', async () => {
    const phone = await asPerson(app, user);
    const before = await storedUser();
    const { body, headers } = await change(person, { current_password: WRONG }).expect(400);
    const detail = 'Current password is wrong.';
    expect(body).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'current_password', detail }],
    });
    expect(headers['set-cookie']).toBeUndefined();
    expect(await storedUser()).toEqual(before);
    await phone.get('/v1/current_user').expect(200);
    await person.get('/v1/current_user').expect(200);
  });

  test.each([
    ['current_password', undefined, 'Current password is required.'],
    ['current_password', '', 'Current password is required.'],
    ['current_password', 5, 'Current password must be a string.'],
    ['current_password', 'x'.repeat(5000), 'Current password is too long.'],
    ['new_password', undefined, 'New password is required.'],
    ['new_password', null, 'New password is required.'],
    ['new_password', [NEW_PASSWORD], 'New password must be a string.'],
    ['new_password', 'fourteen chars', 'New password must be at least 15 characters.'],
    ['new_password', 'x'.repeat(1025), 'New password must be at most 1024 characters.'],
    ['new_password', 'passwordpassword', expect.stringContaining('too common')],
  ])('%s %j: one message, the one that fits', async (field, value, detail) => {
    const before = await storedUser();
    const { body } = await change(person, { [field]: value }).expect(400);
    expect(body.errors).toEqual([{ field, detail }]);
    expect(body.message).toEqual(detail);
    expect(await storedUser()).toEqual(before);
  });

  test.each([
    ['the current one', PASSWORD],
    [
      'the current one in other characters',
      PASSWORD.replace(/[a-z]/, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
    ],
  ])('the new password is %s: nothing would be changed', async (_, new_password) => {
    const before = await storedUser();
    const { body } = await change(person, { new_password }).expect(400);
    const detail = 'New password must be another one than the current one.';
    expect(body.errors).toEqual([{ field: 'new_password', detail }]);
    expect(await storedUser()).toEqual(before);
  });

  test("the person's own address is no password", async () => {
    const { body } = await change(person, { new_password: user.email }).expect(400);
    expect(body.errors).toMatchObject([{ field: 'new_password' }]);
  });

  test('an unknown field is named, and nothing changes', async () => {
    const before = await storedUser();
    const { body } = await change(person, { user_id: 1 }).expect(400);
    expect(body.errors).toEqual([{ field: 'user_id', detail: 'Unknown field user_id.' }]);
    expect(await storedUser()).toEqual(before);
  });
});

describe('PUT /v1/current_user/password, refused', () => {
  test('401 without a session', async () => {
    await change(asBrowser(app)).expect(401);
  });

  test('403 for a token, whatever its scopes, and nothing changes', async () => {
    const before = await storedUser();
    const { body } = await change(asProgram(app, await createToken(app, user))).expect(403);
    expect(body.code).toBe('session_required');
    expect(await storedUser()).toEqual(before);
  });

  test('429: a stolen session cannot guess the password', async () => {
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await change(person, { current_password: `${WRONG} ${attempt}` }).expect(400);
    }
    const before = await storedUser();
    const { body, headers } = await change(person).expect(429);
    expect(body.code).toBe('too_many_attempts');
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(await storedUser()).toEqual(before);
  });
});
