import { beforeAll, describe, expect, test } from '@jest/globals';
import { engine } from '../support/database.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

describe('a token whose row was spoilt by hand', () => {
  const app = useApp();
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  test.each(['not json', 'null', '"*"', '[1]', '{}'])(
    '401 with the scopes %s, and those checked beside it are good',
    async (scopes) => {
      const spoilt = await createToken(app, user);
      const good = await createToken(app, user);
      await app.dataSource.query('UPDATE personal_access_tokens SET scopes = ? WHERE id = ?', [
        scopes,
        spoilt.id,
      ]);
      const [refused, served] = await Promise.all(
        [spoilt, good].map((token) => asProgram(app, token).get('/v1/current_user')),
      );
      expect([refused?.status, served?.status]).toEqual([401, 200]);
    },
  );

  test('401 with ranges that are no list: nobody knows where it may be used', async () => {
    const spoilt = await createToken(app, user);
    await app.dataSource.query('UPDATE personal_access_tokens SET allowed_cidrs = ? WHERE id = ?', [
      '{}',
      spoilt.id,
    ]);
    await asProgram(app, spoilt).get('/v1/current_user').expect(401);
  });

  test.each(['', 'revoked'])(
    '401 with the hash “%s”, and those in one batch with it are checked',
    async (hash) => {
      const spoilt = await createToken(app, user);
      const good = await createToken(app, user);
      await app.dataSource.query('UPDATE personal_access_tokens SET secret_hash = ? WHERE id = ?', [
        hash,
        spoilt.id,
      ]);
      await asProgram(app, spoilt).get('/v1/current_user').expect(401);
      await asProgram(app, spoilt).get('/v1/verify').expect(401);
      const introspector = await createToken(app, user, { scopes: ['tokens:introspect'] });
      const tokens = [spoilt, good].map(({ plainText }) => plainText);
      const { body } = await asProgram(app, introspector)
        .post('/v1/introspect/batch')
        .send({ tokens })
        .expect(200);
      expect(body).toMatchObject([{ active: false }, { active: true, token_id: good.id }]);
    },
  );

  const LISTS = ['', 'not json', 'null', '"x"', '{}', '[1]', '[null]'];
  const TIMES = engine === 'mysql' ? ['0000-00-00 00:00:00'] : ['', 'soon', '2020-13-45 00:00:00.000', 17];
  const NEVER_THERE = new Date(0).toISOString();
  const spoil = (table: string, column: string, value: unknown, where: string, id: number) =>
    app.dataSource.query(`UPDATE ${table} SET ${column} = ? WHERE ${where} = ?`, [value, id]);

  test.each([
    ...LISTS.map((value) => ['scopes', value, []] as const),
    ...LISTS.map((value) => ['allowed_cidrs', value, []] as const),
    ...TIMES.flatMap((value) =>
      ['expires_at', 'created_at', 'last_used_at', 'rotated_at'].map(
        (column) => [column, value, NEVER_THERE] as const,
      ),
    ),
  ])('200: the list shows it with the %s “%s”, and those beside it', async (column, value, shown) => {
    const owner = await createUser(app);
    const person = await asPerson(app, owner);
    const good = await createToken(app, owner);
    const spoilt = await createToken(app, owner);
    await spoil('personal_access_tokens', column, value, 'id', spoilt.id);
    for (const sort of ['created_at', 'last_used_at', 'name', 'expires_at']) {
      const { body } = await person.get(`/v1/current_user/tokens?sort=${sort}`).expect(200);
      const ids = (body as { id: number }[]).map(({ id }) => id);
      expect(ids.toSorted((a, b) => a - b)).toEqual([good.id, spoilt.id]);
    }
    const { body } = await person.get(`/v1/current_user/tokens/${spoilt.id}`).expect(200);
    expect(body).toMatchObject({ [column]: shown });
    await person.patch(`/v1/current_user/tokens/${spoilt.id}`).send({ token_name: 'Spoilt' }).expect(200);
  });

  test.each(TIMES)('401 with the expiry “%s”: nobody knows when it ends', async (value) => {
    const spoilt = await createToken(app, user);
    const good = await createToken(app, user);
    await spoil('personal_access_tokens', 'expires_at', value, 'id', spoilt.id);
    const answers = await Promise.all(
      [spoilt, good].map((token) => asProgram(app, token).get('/v1/current_user')),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
  });

  test.each(TIMES)('200: events and account are shown with the times “%s”', async (value) => {
    const owner = await createUser(app);
    const person = await asPerson(app, owner);
    const token = await createToken(app, owner);
    await person.delete(`/v1/current_user/tokens/${token.id}`).expect(204);
    const { body: before } = await person.get('/v1/current_user/events').expect(200);
    await spoil('audit_events', 'created_at', value, 'user_id', owner.id);
    await spoil('audit_events', 'last_at', value, 'user_id', owner.id);
    await spoil('users', 'created_at', value, 'id', owner.id);
    const { body } = await person.get('/v1/current_user/events').expect(200);
    expect(body).toHaveLength((before as unknown[]).length);
    await person.get('/v1/current_user').expect(200);
  });

  test('204: it can be deleted', async () => {
    const spoilt = await createToken(app, user);
    await app.dataSource.query('UPDATE personal_access_tokens SET scopes = ? WHERE id = ?', [
      'not json',
      spoilt.id,
    ]);
    const person = await asPerson(app, user);
    await person.delete(`/v1/current_user/tokens/${spoilt.id}`).expect(204);
    await person.delete(`/v1/current_user/tokens/${spoilt.id}`).expect(404);
  });
});
