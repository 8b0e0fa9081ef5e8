import { beforeEach, describe, expect, test } from '@jest/globals';
import { digest } from '../../src/common/digest.js';
import { watchStatements } from '../../src/database/statement.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { User } from '../../src/users/user.entity.js';
import { Session } from '../../src/auth/session.entity.js';
import { declaredRoutes } from '../support/routes.js';
import { createToken, createUser, PASSWORD, type TestToken, type TestUser } from '../support/factories.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';
const NEW_PASSWORD = 'another canary sings in the coal mine';

interface Scene {
  readonly user: TestUser;
  readonly actor: TestToken;
  readonly target: TestToken;
}

/** A request that writes, and the beginning of the statement that decides. */
interface Write {
  readonly send: (client: Client, scene: Scene) => PromiseLike<{ readonly status: number }>;
  readonly decides: RegExp;
  readonly by: readonly ('token' | 'session')[];
}

const BOTH = ['token', 'session'] as const;
const TABLE = '[`"]?personal_access_tokens[`"]?';
const UPDATE = new RegExp(`^\\s*UPDATE ${TABLE}\\s+SET (?!last_used)`);
const DELETE = new RegExp(`^\\s*DELETE FROM ${TABLE}`);
const post = (path: (scene: Scene) => string, body: object, key?: string): Write['send'] => {
  return (client, scene) => {
    const request = client.post(path(scene)).send(body);
    return key === undefined ? request : request.set('Idempotency-Key', key);
  };
};
const create = { decides: new RegExp(`^\\s*INSERT INTO ${TABLE}`), by: BOTH };
const NEW = { token_name: 'New' };

/** Every write that a route makes for somebody who is let in. A route may have several. */
const WRITES: Readonly<Record<string, readonly Write[]>> = {
  [`POST ${TOKENS}/create`]: [
    { ...create, send: post(() => `${TOKENS}/create`, NEW) },
    { ...create, send: post(() => `${TOKENS}/create`, NEW, 'key') },
  ],
  [`PATCH ${TOKENS}/:tokenId`]: [
    {
      send: (client, { target }) => client.patch(`${TOKENS}/${target.id}`).send(NEW),
      decides: UPDATE,
      by: BOTH,
    },
    {
      send: (client, { target }) =>
        client.patch(`${TOKENS}/${target.id}`).send({ allowed_cidrs: ['127.0.0.1/32'] }),
      decides: UPDATE,
      by: BOTH,
    },
    {
      send: (client, { actor }) => client.patch(`${TOKENS}/${actor.id}`).send(NEW),
      decides: UPDATE,
      by: BOTH,
    },
  ],
  [`POST ${TOKENS}/:tokenId/rotate`]: [
    { send: post(({ target }) => `${TOKENS}/${target.id}/rotate`, {}), decides: UPDATE, by: BOTH },
    { send: post(({ actor }) => `${TOKENS}/${actor.id}/rotate`, {}), decides: UPDATE, by: ['token'] },
    { send: post(({ actor }) => `${TOKENS}/${actor.id}/rotate`, {}, 'key'), decides: UPDATE, by: ['token'] },
    {
      send: post(({ actor }) => `${TOKENS}/${actor.id}/rotate`, { overlap_seconds: 60 }),
      decides: UPDATE,
      by: ['token'],
    },
  ],
  [`DELETE ${TOKENS}/:tokenId/previous_secret`]: [
    {
      send: (client, { target }) => client.delete(`${TOKENS}/${target.id}/previous_secret`),
      decides: UPDATE,
      by: BOTH,
    },
  ],
  [`DELETE ${TOKENS}/delete`]: [
    { send: (client) => client.delete(`${TOKENS}/delete`), decides: DELETE, by: BOTH },
  ],
  [`DELETE ${TOKENS}/:tokenId`]: [
    { send: (client, { target }) => client.delete(`${TOKENS}/${target.id}`), decides: DELETE, by: BOTH },
  ],
  'PUT /v1/current_user/password': [
    {
      send: (client) =>
        client
          .put('/v1/current_user/password')
          .send({ current_password: PASSWORD, new_password: NEW_PASSWORD }),
      decides: /^\s*UPDATE [`"]?users/,
      by: ['session'],
    },
  ],
  'POST /v1/auth/logout': [
    {
      send: (client) => client.post('/v1/auth/logout'),
      decides: /^\s*DELETE FROM sessions WHERE id_hash/,
      by: ['session'],
    },
  ],
};

describe('Whoever made a request and does not stand any more when it writes', () => {
  const app = useApp();
  let user: TestUser;
  let scene: Scene;
  let before: ((sql: string) => Promise<void>) | undefined;
  let watched = false;

  const tokens = () => app.dataSource.getRepository(PersonalAccessToken);
  const users = () => app.dataSource.getRepository(User);
  const sessions = () => app.dataSource.getRepository(Session);

  /** All of this user that must not change. Claims of idempotency keys come and go. */
  const state = async () =>
    JSON.stringify([
      await tokens().find({ where: { userId: user.id }, order: { id: 'ASC' } }),
      await users().findBy({ id: user.id }),
      (await sessions().find({ where: { userId: user.id }, order: { idHash: 'ASC' } })).map(
        ({ idHash }) => idHash,
      ),
    ]);

  beforeEach(async () => {
    if (!watched) {
      watched = true;
      watchStatements(app.dataSource, async (statement, sql) => {
        await before?.(sql);
        return statement();
      });
    }
    before = undefined;
    user = await createUser(app);
    const actor = await createToken(app, user, { allowedCidrs: ['127.0.0.0/8'] });
    const previous = {
      previousSecretHash: digest(`previous of ${actor.id}`),
      previousSecretExpiresAt: new Date(app.clock.now().getTime() + 3_600_000),
    };
    const rights = { parentId: actor.id, allowedCidrs: ['127.0.0.0/8'] };
    scene = { user, actor, target: await createToken(app, user, { ...rights, ...previous }) };
  });

  const update = (change: Partial<PersonalAccessToken>) => tokens().update(scene.actor.id, change);
  const FALLS: Readonly<Record<'token' | 'session', Readonly<Record<string, () => Promise<unknown>>>>> = {
    token: {
      'it is deleted': () => tokens().delete(scene.actor.id),
      'it has another secret': () => update({ secretHash: digest('another') }),
      'its overlap is over': () =>
        update({
          secretHash: digest('another'),
          previousSecretHash: digest(scene.actor.secret),
          previousSecretExpiresAt: app.clock.now(),
        }),
      'it has expired': () => update({ expiresAt: app.clock.now() }),
      'it is for other addresses': () => update({ allowedCidrs: ['192.0.2.0/24'] }),
      'it lacks the scope': () => update({ scopes: ['user:read'] }),
      'its user is disabled': () => users().update(user.id, { disabledAt: app.clock.now() }),
    },
    session: {
      'somebody signed out': () => sessions().delete({ userId: user.id }),
      'the password was changed': () => users().increment({ id: user.id }, 'passwordVersion', 1),
      'the user is disabled': () => users().update(user.id, { disabledAt: app.clock.now() }),
      'it has expired': () => sessions().update({ userId: user.id }, { expiresAt: app.clock.now() }),
    },
  };

  test('has a case here for each route that writes', () => {
    const writing = declaredRoutes(app)
      .filter(({ name, access }) => !name.startsWith('GET ') && access?.kind !== 'public')
      .filter(({ access }) => access?.kind !== 'scopes' || !access.scopes.includes('tokens:introspect'))
      .map(({ name }) => name);
    expect(Object.keys(WRITES).sort()).toEqual(writing.sort());
  });

  const cases = Object.entries(WRITES).flatMap(([route, writes]) =>
    writes.flatMap((write, n) =>
      write.by.flatMap((by) =>
        Object.keys(FALLS[by]).map((fall) => [`${route} (${n + 1})`, by, fall, write] as const),
      ),
    ),
  );

  test.each(cases)('gets 401 or 403 and changes nothing: %s, by a %s, and %s', async (_, by, fall, write) => {
    const client = by === 'token' ? asProgram(app, scene.actor) : await asPerson(app, user);
    let fallen = '';
    before = async (sql) => {
      if (fallen !== '' || !write.decides.test(sql)) return;
      before = undefined;
      await FALLS[by][fall]?.();
      fallen = await state();
    };
    const { status } = await write.send(client, scene);
    before = undefined;
    expect(fallen).not.toBe('');
    expect([401, 403]).toContain(status);
    expect(JSON.parse(await state())).toEqual(JSON.parse(fallen));
    expect(await app.dataSource.query('SELECT * FROM idempotency_keys')).toEqual([]);
  });

  test('revokes nothing by the secret that a token had before', async () => {
    before = async (sql) => {
      if (!DELETE.test(sql)) return;
      before = undefined;
      await update({ secretHash: digest('another') });
    };
    await app.request().post('/v1/revoke').type('form').send({ token: scene.actor.plainText }).expect(200);
    expect(await tokens().countBy({ id: scene.actor.id })).toBe(1);
  });

  test('is not signed in with a password that was changed meanwhile', async () => {
    before = async (sql) => {
      if (!/^\s*INSERT INTO [`"]?sessions/.test(sql)) return;
      before = undefined;
      await users().increment({ id: user.id }, 'passwordVersion', 1);
    };
    const { status } = await app
      .request()
      .post('/v1/auth/login')
      .send({ email: user.email, password: PASSWORD });
    expect(status).toBe(401);
    expect(await sessions().countBy({ userId: user.id })).toBe(0);
  });
});
