import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';

const CREATE = '/v1/current_user/tokens/create';
const LIST = '/v1/current_user/tokens';

describe('POST /v1/current_user/tokens/create', () => {
  let app: TestApp;
  let user: TestUser;
  let person: Client;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await createUser(app);
    person = await asPerson(app, user);
  });
  afterAll(() => app.stop());

  test('201: answers with the token, nothing else, and where it is', async () => {
    const { body, headers } = await person.post(CREATE).send({ token_name: 'Slack' }).expect(201);
    expect(Object.keys(body as object)).toEqual(['token']);
    const { token } = body as { token: string };
    expect(token).toMatch(/^[1-9]\d*\|[A-Za-z0-9]{40}[0-9a-f]{8}$/);
    expect(headers.location).toBe(`${LIST}/${token.split('|')[0]}`);
    expect(headers['cache-control']).toBe('no-store');
    await asProgram(app, token).get('/v1/current_user').expect(200);
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', ' \t '],
    ['invisible', '\u200b\u3164'],
  ])('400 for a name that is %s: it is required', async (_, token_name) => {
    const { body } = await person.post(CREATE).send({ token_name }).expect(400);
    expect(body).toMatchObject({
      code: 'validation_failed',
      message: 'Token name is required.',
      errors: [{ field: 'token_name', detail: 'Token name is required.' }],
    });
  });

  test('409: a user has no more tokens than the limit, whatever is asked at once', async () => {
    await app.stop();
    app = await TestApp.start({ env: { TOKENS_MAX_PER_USER: '10' } });
    const owner = await createUser(app);
    const program = asProgram(app, await createToken(app, owner));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => program.post(CREATE).send({ token_name: `Parallel ${n}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(9);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(41);
    const { body } = await program.get(LIST).expect(200);
    expect(body).toHaveLength(10);
  });
});
