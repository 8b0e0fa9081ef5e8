import { beforeAll, describe, expect, test } from '@jest/globals';
import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import { Refusals } from '../../src/audit/refusals.js';
import { User } from '../../src/users/user.entity.js';
import { eventsOf } from '../support/events.js';
import { createUser, PASSWORD } from '../support/factories.js';
import { asBrowser, asPerson } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const LOGIN = '/v1/auth/login';
const WRONG = 'certainly not the password';
const NEW_PASSWORD = 'another canary sings in the coal mine';

const app = useApp();

const recorded = async (user: { id: number }) => {
  await app.app.get(Refusals).flush();
  const events = await eventsOf(app, user);
  return events.map(({ kind, detail, count }) => ({ kind, detail, count }));
};
const one = (kind: string, detail: string | null = null) => ({ kind, detail, count: 1 });

beforeAll(() => {
  for (const secret of [WRONG, NEW_PASSWORD]) app.leaks.remember(secret);
});

describe('the audit log has', () => {
  test('who signed up, and from where', async () => {
    const given = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };
    const { body } = await asBrowser(app)
      .post('/v1/auth/register')
      .set('User-Agent', 'a browser')
      .send(given)
      .expect(201);
    expect(await eventsOf(app, body)).toMatchObject([
      {
        kind: 'signed_up',
        address: '127.0.0.1',
        userAgent: 'a browser',
        actorTokenId: null,
        createdAt: app.clock.now(),
      },
    ]);
  });

  test('who signed in, and out', async () => {
    const user = await createUser(app);
    const person = await asPerson(app, user);
    await person.post('/v1/auth/logout').expect(204);
    expect(await recorded(user)).toEqual([one('signed_in'), one('signed_out')]);
  });

  test('one sign-in, and no sign-out, when a session takes the place of another', async () => {
    const user = await createUser(app);
    const person = await asPerson(app, user);
    await person.post(LOGIN).send({ email: user.email, password: PASSWORD }).expect(200);
    expect(await recorded(user)).toEqual([one('signed_in'), one('signed_in')]);
  });

  test('a password that was changed', async () => {
    const user = await createUser(app);
    const person = await asPerson(app, user);
    const change = { current_password: PASSWORD, new_password: NEW_PASSWORD };
    await person.put('/v1/current_user/password').send(change).expect(204);
    expect(await recorded(user)).toEqual([one('signed_in'), one('password_changed')]);
  });

  test('wrong passwords for an account, at sign-in or for a change, as a number', async () => {
    const user = await createUser(app);
    const person = await asPerson(app, user);
    for (let n = 0; n < 3; n += 1) {
      await app.request().post(LOGIN).send({ email: user.email, password: WRONG }).expect(401);
    }
    const change = { current_password: WRONG, new_password: NEW_PASSWORD };
    await person.put('/v1/current_user/password').send(change).expect(400);
    expect(await recorded(user)).toEqual([
      one('signed_in'),
      { kind: 'sign_in_failed', detail: 'wrong password', count: 4 },
    ]);
  });

  test('the right password of a disabled account', async () => {
    const user = await createUser(app);
    await app.dataSource.getRepository(User).update(user.id, { disabledAt: app.clock.now() });
    await app.request().post(LOGIN).send({ email: user.email, password: PASSWORD }).expect(401);
    expect(await recorded(user)).toEqual([one('sign_in_failed', 'account disabled')]);
  });

  test('nothing of an address without an account', async () => {
    const before = await app.dataSource.getRepository(AuditEvent).count();
    await app.request().post(LOGIN).send({ email: 'nobody@example.com', password: WRONG }).expect(401);
    await app.app.get(Refusals).flush();
    expect(await app.dataSource.getRepository(AuditEvent).count()).toBe(before);
  });
});
