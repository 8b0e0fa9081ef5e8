import { beforeAll, describe, expect, test } from '@jest/globals';
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
