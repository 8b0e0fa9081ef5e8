import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { comparable, expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { rotate } from '../support/rotation.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';
const TOKENS = `${ME}/tokens`;

describe('DELETE /v1/current_user/tokens/{tokenId}/previous_secret', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const endOverlap = (client: Client, id: number) => client.delete(`${TOKENS}/${id}/previous_secret`);
  const statusOf = async (token: string) => (await asProgram(app, token).get(ME)).status;

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('204: the previous secret is dead at once, the new one lives on', async () => {
    const token = await createToken(app, user);
    const rotated = await rotate(person, token.id, 60);
    await asProgram(app, token).get(ME).expect(200);
    const { text } = await endOverlap(person, token.id).expect(204);
    expect(text).toBe('');
    expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
    expect(await statusOf(rotated)).toBe(200);
    const { body } = await person.get(`${TOKENS}/${token.id}`).expect(200);
    expect(body).toMatchObject({
      previous_secret_expires_at: null,
      previous_secret_last_used_at: app.clock.now().toISOString(),
    });
  });

  test('204: with tokens:rotate a token ends its own overlap, with tokens:write that of any', async () => {
    const itself = await createToken(app, user, { scopes: ['tokens:rotate'] });
    const rotated = await rotate(asProgram(app, itself), itself.id, 60);
    await endOverlap(asProgram(app, rotated), itself.id).expect(204);
    const stronger = await createToken(app, user);
    await rotate(person, stronger.id, 60);
    const writer = await createToken(app, user, { scopes: ['tokens:write'] });
    await endOverlap(asProgram(app, writer), stronger.id).expect(204);
    expect(await statusOf(stronger.plainText)).toBe(401);
  });

  test('204 for exactly one of ten at once', async () => {
    const token = await createToken(app, user);
    await rotate(person, token.id, 60);
    const answers = await Promise.all(Array.from({ length: 10 }, () => endOverlap(person, token.id)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 204)) {
      expectProblem(answer, 404, 'no_previous_secret');
    }
  });

  test('404: no overlap runs, or it has run out', async () => {
    const token = await createToken(app, user);
    expectProblem(await endOverlap(person, token.id), 404, 'no_previous_secret');
    await rotate(person, token.id);
    expectProblem(await endOverlap(person, token.id), 404, 'no_previous_secret');
    await rotate(person, token.id, 60);
    app.clock.advance(60_000);
    expectProblem(await endOverlap(person, token.id), 404, 'no_previous_secret');
  });

  test('404: a token of somebody else looks like an unknown one, and its overlap goes on', async () => {
    const other = await createUser(app);
    const theirs = await createToken(app, other);
    await rotate(await asPerson(app, other), theirs.id, 60);
    const foreign = await endOverlap(person, theirs.id);
    expectProblem(foreign, 404, 'token_not_found');
    expect(comparable(foreign)).toEqual(comparable(await endOverlap(person, Number.MAX_SAFE_INTEGER)));
    expect(await statusOf(theirs.plainText)).toBe(200);
  });

  test('403: with tokens:rotate alone, a token ends no overlap but its own', async () => {
    const token = await createToken(app, user);
    await rotate(person, token.id, 60);
    const program = asProgram(app, await createToken(app, user, { scopes: ['tokens:rotate'] }));
    expectProblem(await endOverlap(program, token.id), 403, 'insufficient_scope');
    expect(await statusOf(token.plainText)).toBe(200);
  });
});
