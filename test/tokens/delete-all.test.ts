import { beforeEach, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';
const DELETE_ALL = `${TOKENS}/delete`;

describe('DELETE /v1/current_user/tokens/delete', () => {
  const app = useApp();
  let user: TestUser;

  beforeEach(async () => {
    user = await createUser(app);
  });

  test('200: says how many there were; the one that asked is dead, too', async () => {
    const tokens = [await createToken(app, user), await createToken(app, user), await createToken(app, user)];
    const [caller] = tokens;
    await asProgram(app, caller?.plainText ?? '')
      .delete(DELETE_ALL)
      .expect(200, { deleted: 3 });
    for (const token of tokens) {
      expectProblem(await asProgram(app, token).get('/v1/current_user'), 401, 'invalid_token');
    }
  });

  test('200: the tokens of other users, and the session that asked, live on', async () => {
    const neighbour = await createToken(app, await createUser(app));
    await createToken(app, user);
    const person = await asPerson(app, user);
    await person.delete(DELETE_ALL).expect(200, { deleted: 1 });
    expect((await person.get(TOKENS).expect(200)).body).toEqual([]);
    await asProgram(app, neighbour).get('/v1/current_user').expect(200);
  });

  test('200: none is a number, too', async () => {
    const person = await asPerson(app, user);
    await person.delete(DELETE_ALL).set('Content-Type', 'application/json').expect(200, { deleted: 0 });
  });

  test('200: tokens that have expired are counted', async () => {
    await createToken(app, user);
    await createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() - 1000) });
    const person = await asPerson(app, user);
    await person.delete(DELETE_ALL).expect(200, { deleted: 2 });
    expect((await person.get(TOKENS).expect(200)).body).toEqual([]);
  });

  test('200: tokens that others made are counted, too, each once', async () => {
    for (let trees = 0; trees < 3; trees += 1) {
      const root = await createToken(app, user);
      const child = await createToken(app, user, { parentId: root.id });
      await createToken(app, user, { parentId: child.id });
      await createToken(app, user, { parentId: root.id });
    }
    const person = await asPerson(app, user);
    await person.delete(DELETE_ALL).expect(200, { deleted: 12 });
    expect((await person.get(TOKENS).expect(200)).body).toEqual([]);
  });

  test('200: all go, and each is counted once, while a token goes on making others', async () => {
    const roots = await Promise.all(Array.from({ length: 4 }, () => createToken(app, user)));
    const person = await asPerson(app, user);
    const making = roots.flatMap((root) =>
      Array.from({ length: 5 }, (_, n) =>
        asProgram(app, root)
          .post(`${TOKENS}/create`)
          .send({ token_name: `Child ${n}` }),
      ),
    );
    const deleting = Array.from({ length: 5 }, () => person.delete(DELETE_ALL));
    const [made, deleted] = await Promise.all([Promise.all(making), Promise.all(deleting)]);
    const last = await person.delete(DELETE_ALL).expect(200);
    const counts = [...deleted, last].map(({ body }) => (body as { deleted: number }).deleted);
    const created = made.filter(({ status }) => status === 201);
    expect(counts.reduce((sum, count) => sum + count)).toBe(roots.length + created.length);
    for (const { body } of created) {
      await asProgram(app, (body as { token: string }).token)
        .get('/v1/current_user')
        .expect(401);
    }
    expect((await person.get(TOKENS).expect(200)).body).toEqual([]);
  });

  test('200: of parallel calls each token is counted once', async () => {
    for (let n = 0; n < 10; n += 1) await createToken(app, user);
    const person = await asPerson(app, user);
    const answers = await Promise.all(Array.from({ length: 5 }, () => person.delete(DELETE_ALL)));
    const counts = answers.map(({ status, body }) => {
      expect(status).toBe(200);
      return (body as { deleted: number }).deleted;
    });
    expect(counts.reduce((sum, count) => sum + count)).toBe(10);
  });

  test('403: a token without tokens:write deletes nothing', async () => {
    const reader = await createToken(app, user, { scopes: ['tokens:read'] });
    const other = await createToken(app, user);
    expectProblem(await asProgram(app, reader).delete(DELETE_ALL), 403, 'insufficient_scope');
    await asProgram(app, other).get('/v1/current_user').expect(200);
    await asProgram(app, reader).get(TOKENS).expect(200);
  });

  test('401 without credentials: nothing is deleted', async () => {
    const token = await createToken(app, user);
    await app.request().delete(DELETE_ALL).expect(401);
    await asProgram(app, token).get('/v1/current_user').expect(200);
  });
});
