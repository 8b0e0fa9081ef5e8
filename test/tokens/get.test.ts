import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { comparable, expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';

describe('GET /v1/current_user/tokens/{tokenId}', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('200: one of your own, as the list shows it', async () => {
    const token = await createToken(app, user, { name: 'Mine' });
    const { body } = await person.get(`${TOKENS}/${token.id}`).expect(200);
    const { body: list } = await person.get(TOKENS).expect(200);
    expect(body).toMatchObject({ id: token.id, name: 'Mine' });
    expect((list as unknown[])[0]).toEqual(body);
  });

  test('200: a token that has expired is still shown', async () => {
    const expiresAt = new Date(app.clock.now().getTime() - 1000);
    const token = await createToken(app, user, { expiresAt });
    const { body } = await person.get(`${TOKENS}/${token.id}`).expect(200);
    expect(body).toMatchObject({ id: token.id, expires_at: expiresAt.toISOString() });
  });

  test('404: a token of somebody else, an unknown one and a deleted one look the same', async () => {
    const theirs = await createToken(app, await createUser(app), { name: 'Private' });
    const deleted = await createToken(app, user);
    await person.delete(`${TOKENS}/${deleted.id}`).expect(204);
    const foreign = await person.get(`${TOKENS}/${theirs.id}`);
    const unknown = await person.get(`${TOKENS}/9007199254740991`);
    const gone = await person.get(`${TOKENS}/${deleted.id}`);
    expectProblem(foreign, 404, 'token_not_found');
    expect(comparable(foreign)).toEqual(comparable(unknown));
    expect(comparable(gone)).toEqual(comparable(unknown));
    expect(JSON.stringify(foreign.body)).not.toContain('Private');
  });
});

describe('GET /v1/current_user/tokens/current', () => {
  const app = useApp();
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  test('200: the token that makes the request, used just now', async () => {
    await createToken(app, user, { name: 'Another' });
    const token = await createToken(app, user, { name: 'This one', scopes: ['tokens:read'] });
    await createToken(app, user, { name: 'A newer one' });
    const { body } = await asProgram(app, token).get(`${TOKENS}/current`).expect(200);
    expect(body).toMatchObject({
      id: token.id,
      name: 'This one',
      scopes: ['tokens:read'],
      last_used_at: app.clock.now().toISOString(),
      last_used_ip: '127.0.0.1',
    });
  });

  test('404: a session is not a token', async () => {
    await createToken(app, user);
    const person = await asPerson(app, user);
    expectProblem(await person.get(`${TOKENS}/current`), 404, 'no_current_token');
  });

  test('403: a token without tokens:read may not even read about itself', async () => {
    const token = await createToken(app, user, { name: 'Blind', scopes: ['user:read'] });
    const answer = await asProgram(app, token).get(`${TOKENS}/current`);
    expectProblem(answer, 403, 'insufficient_scope');
    expect(JSON.stringify(answer.body)).not.toContain('Blind');
  });
});
