import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { comparable, expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';

describe('DELETE /v1/current_user/tokens/{tokenId}', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('204: without a body; the token is dead at once, and gone from the list', async () => {
    const token = await createToken(app, user);
    const bystander = await createToken(app, user);
    const program = asProgram(app, token);
    await program.get('/v1/current_user').expect(200);
    const { text } = await person.delete(`${TOKENS}/${token.id}`).expect(204);
    expect(text).toBe('');
    expectProblem(await program.get('/v1/current_user'), 401, 'invalid_token');
    await person.get(`${TOKENS}/${token.id}`).expect(404);
    await asProgram(app, bystander).get('/v1/current_user').expect(200);
  });

  test('204: with the content type that clients send with every request', async () => {
    const token = await createToken(app, user);
    await person.delete(`${TOKENS}/${token.id}`).set('Content-Type', 'application/json').expect(204);
    await asProgram(app, token).get('/v1/current_user').expect(401);
  });

  test('204: a token may delete itself', async () => {
    const token = await createToken(app, user, { scopes: ['tokens:write'] });
    const program = asProgram(app, token);
    await program.delete(`${TOKENS}/${token.id}`).expect(204);
    expectProblem(await program.delete(`${TOKENS}/${token.id}`), 401, 'invalid_token');
  });

  test('204: what a token made dies with it', async () => {
    const parent = await createToken(app, user);
    const child = await createToken(app, user, { parentId: parent.id });
    const grandchild = await createToken(app, user, { parentId: child.id });
    await asProgram(app, grandchild).get('/v1/current_user').expect(200);
    await person.delete(`${TOKENS}/${parent.id}`).expect(204);
    for (const dead of [parent, child, grandchild]) {
      expectProblem(await asProgram(app, dead).get('/v1/current_user'), 401, 'invalid_token');
    }
  });

  test('204 for exactly one of twenty that delete the same token at once', async () => {
    const token = await createToken(app, user);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => person.delete(`${TOKENS}/${token.id}`)),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 204);
    for (const answer of others) expectProblem(answer, 404, 'token_not_found');
  });

  test('404: a token of somebody else looks like an unknown one, and still works afterwards', async () => {
    const theirs = await createToken(app, await createUser(app));
    const foreign = await person.delete(`${TOKENS}/${theirs.id}`);
    const unknown = await person.delete(`${TOKENS}/9007199254740991`);
    expectProblem(foreign, 404, 'token_not_found');
    expect(comparable(foreign)).toEqual(comparable(unknown));
    await asProgram(app, theirs).get('/v1/current_user').expect(200);
  });

  test('403: a token without tokens:write deletes nothing, not even itself', async () => {
    const reader = await createToken(app, user, { scopes: ['tokens:read', 'user:read'] });
    const program = asProgram(app, reader);
    expectProblem(await program.delete(`${TOKENS}/${reader.id}`), 403, 'insufficient_scope');
    await program.get('/v1/current_user').expect(200);
  });

  test('403: a page of another site deletes nothing', async () => {
    const token = await createToken(app, user);
    const answer = await person
      .delete(`${TOKENS}/${token.id}`)
      .set('Origin', 'https://evil.example')
      .set('Sec-Fetch-Site', 'cross-site');
    expectProblem(answer, 403, 'cross_origin');
    await asProgram(app, token).get('/v1/current_user').expect(200);
  });
});
