import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';

describe('scopes', () => {
  const app = useApp();
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  test.each([
    [['*'], 200, 200, 404],
    [['user:read'], 200, 403, 403],
    [['user:*'], 200, 403, 403],
    [['tokens:read'], 403, 200, 403],
    [['tokens:write'], 403, 403, 404],
    [['tokens:*'], 403, 200, 404],
    [['user:read', 'tokens:write'], 200, 403, 404],
    [['tokens'], 403, 403, 403],
    [['tokens:rea'], 403, 403, 403],
    [['tokens:read:more'], 403, 403, 403],
    [['TOKENS:READ'], 403, 403, 403],
    [['projects:*'], 403, 403, 403],
    [[], 403, 403, 403],
  ])('%j: current user %i, list %i, delete %i', async (scopes, forUser, forList, forDelete) => {
    const program = asProgram(app, await createToken(app, user, { scopes }));
    expect((await program.get(ME)).status).toBe(forUser);
    expect((await program.get(`${ME}/tokens`)).status).toBe(forList);
    expect((await program.delete(`${ME}/tokens/9007199254740991`)).status).toBe(forDelete);
  });

  test('403: no token changes a password, whatever its scopes', async () => {
    const program = asProgram(app, await createToken(app, user));
    const answer = await program
      .put(`${ME}/password`)
      .send({ current_password: 'whatever it may be', new_password: 'something else entirely' });
    expectProblem(answer, 403, 'session_required');
  });
});
