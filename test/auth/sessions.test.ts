import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Session } from '../../src/auth/session.entity.js';
import { User } from '../../src/users/user.entity.js';
import type { TestApp } from '../support/app.js';
import { dump } from '../support/database.js';
import { createUser, PASSWORD, type TestUser } from '../support/factories.js';
import { asPerson } from '../support/requests.js';
import { until } from '../support/until.js';
import { useApp } from '../support/use-app.js';

const MINUTE = 60_000;
const ME = '/v1/current_user';

/** Signs in, and returns the whole Set-Cookie header. */
async function signIn(app: TestApp, user: TestUser, cookie = ''): Promise<string> {
  const { headers } = await app
    .request()
    .post('/v1/auth/login')
    .set({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' })
    .send({ email: user.email, password: PASSWORD })
    .expect(200);
  const cookies = headers['set-cookie'] as unknown as string[];
  expect(cookies).toHaveLength(1);
  return cookies[0] ?? '';
}

const pairOf = (setCookie: string): string => setCookie.split(';')[0] ?? '';
const idOf = (setCookie: string): string => pairOf(setCookie).split('=')[1] ?? '';
/** Resolves when somebody has been seen now; that is written behind the request's back. */
const untilSeen = (app: TestApp) =>
  until(() => app.dataSource.getRepository(Session).existsBy({ lastSeenAt: app.clock.now() }));
const statusWith = async (app: TestApp, cookie: string): Promise<number> =>
  (await app.request().get(ME).set('Cookie', cookie)).status;

describe('how long a session lives', () => {
  const app = useApp({ env: { SESSION_IDLE_MINUTES: '60', SESSION_MAX_MINUTES: '180' } });
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  test('until it has been idle for the limit, to the millisecond', async () => {
    const [early, late] = [await asPerson(app, user), await asPerson(app, user)];
    app.clock.advance(60 * MINUTE - 1);
    await early.get(ME).expect(200);
    app.clock.advance(1);
    const { body } = await late.get(ME).expect(401);
    expect(body.code).toBe('session_ended');
  });

  test('use extends it', async () => {
    const person = await asPerson(app, user);
    for (const minutes of [40, 40, 40]) {
      app.clock.advance(minutes * MINUTE);
      await person.get(ME).expect(200);
      await untilSeen(app);
    }
  });

  test('never beyond the absolute limit, however much it is used', async () => {
    const person = await asPerson(app, user);
    for (let quarter = 1; quarter < 12; quarter += 1) {
      app.clock.advance(15 * MINUTE);
      await person.get(ME).expect(200);
      await untilSeen(app);
    }
    app.clock.advance(15 * MINUTE - 1);
    await person.get(ME).expect(200);
    await untilSeen(app);
    app.clock.advance(1);
    const { body } = await person.get(ME).expect(401);
    expect(body.code).toBe('session_ended');
  });

  test('a refused request extends nothing', async () => {
    const cookie = pairOf(await signIn(app, user));
    app.clock.advance(59 * MINUTE);
    await app.request().post('/v1/auth/logout').set('Cookie', cookie).expect(403);
    app.clock.advance(MINUTE);
    expect(await statusWith(app, cookie)).toBe(401);
  });

  test('requests close together do not each write to the database', async () => {
    const person = await asPerson(app, user);
    app.forgetStatements();
    for (let n = 0; n < 5; n += 1) await person.get(ME).expect(200);
    expect(app.statements.filter((sql) => !/^\s*SELECT/i.test(sql))).toEqual([]);
    app.clock.advance(2 * MINUTE);
    await person.get(ME).expect(200);
    await untilSeen(app);
    expect(app.statements.filter((sql) => /UPDATE sessions/i.test(sql))).toHaveLength(1);
  });

  test('until the user is disabled or gone', async () => {
    const users = app.dataSource.getRepository(User);
    const [disabled, deleted] = [await createUser(app), await createUser(app)];
    const [first, second] = [await asPerson(app, disabled), await asPerson(app, deleted)];
    await users.update({ id: disabled.id }, { disabledAt: app.clock.now() });
    await users.delete({ id: deleted.id });
    await first.get(ME).expect(401);
    await second.get(ME).expect(401);
    await first.post('/v1/current_user/tokens/create').send({ token_name: 'Too late' }).expect(401);
  });
});

describe('the id of a session', () => {
  const app = useApp();
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  test('is a new one at every sign-in, with 256 random bits', async () => {
    const ids = [idOf(await signIn(app, user)), idOf(await signIn(app, user))];
    expect(ids[0]).not.toBe(ids[1]);
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
  });

  test('the session the browser had dies at sign-in', async () => {
    const before = pairOf(await signIn(app, user));
    const elsewhere = pairOf(await signIn(app, user));
    const after = pairOf(await signIn(app, user, before));
    expect(await statusWith(app, before)).toBe(401);
    expect(await statusWith(app, after)).toBe(200);
    expect(await statusWith(app, elsewhere)).toBe(200);
  });

  test('one that somebody planted is not taken over', async () => {
    const planted = 'latchkey_session=plantedplantedplantedplantedplantedplanted0';
    expect(pairOf(await signIn(app, user, planted))).not.toBe(planted);
    expect(await statusWith(app, planted)).toBe(401);
  });

  test('is stored as its SHA-256 only, which is no cookie itself', async () => {
    const id = idOf(await signIn(app, user));
    const idHash = createHash('sha256').update(id).digest('hex');
    expect(await app.dataSource.getRepository(Session).countBy({ idHash })).toBe(1);
    expect(await dump(app.dataSource)).not.toContain(id);
    expect(await statusWith(app, `latchkey_session=${idHash}`)).toBe(401);
  });

  test('is taken to the letter', async () => {
    const id = idOf(await signIn(app, user));
    const swapped = id.replace(/[a-z]/i, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
    expect(await statusWith(app, `latchkey_session=${id}`)).toBe(200);
    expect(await statusWith(app, `latchkey_session=${swapped}`)).toBe(401);
    expect(await statusWith(app, `latchkey_session=${id}%20`)).toBe(401);
    expect(await statusWith(app, `LATCHKEY_SESSION=${id}`)).toBe(401);
  });
});

describe('the cookie', () => {
  const attributes = (setCookie: string) => setCookie.split('; ').slice(1).toSorted();
  const http = useApp();
  const https = useApp({ env: { PUBLIC_URL: 'https://tokens.example.com' } });

  test('on http: HttpOnly, SameSite=Lax, for the whole site, as long as the session may last', async () => {
    const cookie = await signIn(http, await createUser(http));
    expect(cookie).toMatch(/^latchkey_session=/);
    expect(attributes(cookie)).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax']);
  });

  test('on https: a __Host- name and Secure as well, and no other name will do', async () => {
    const cookie = await signIn(https, await createUser(https));
    expect(cookie).toMatch(/^__Host-latchkey_session=/);
    expect(attributes(cookie)).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax', 'Secure']);
    expect(await statusWith(https, pairOf(cookie))).toBe(200);
    expect(await statusWith(https, `latchkey_session=${idOf(cookie)}`)).toBe(401);
  });

  test('on https: signing out clears it with the same attributes', async () => {
    const cookie = pairOf(await signIn(https, await createUser(https)));
    const { headers } = await https
      .request()
      .post('/v1/auth/logout')
      .set({ Cookie: cookie, Origin: 'https://tokens.example.com' })
      .expect(204);
    const cleared = String(headers['set-cookie']);
    expect(cleared).toMatch(/^__Host-latchkey_session=;/);
    expect(cleared).toContain('; Secure');
    expect(cleared).toContain('; Path=/');
    expect(await statusWith(https, cookie)).toBe(401);
  });
});
