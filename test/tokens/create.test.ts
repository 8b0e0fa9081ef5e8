import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp, withDatabase } from '../support/with-app.js';

const CREATE = '/v1/current_user/tokens/create';
const LIST = '/v1/current_user/tokens';

const idOf = (body: unknown): number => Number((body as { token: string }).token.split('|')[0]);

describe('POST /v1/current_user/tokens/create', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const names = async (): Promise<string[]> => {
    const { body } = await person.get(LIST).query({ limit: 100 }).expect(200);
    return (body as { name: string }[]).map(({ name }) => name);
  };

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('201: answers with the token, nothing else, and where it is', async () => {
    const { body, headers } = await person.post(CREATE).send({ token_name: 'Slack' }).expect(201);
    expect(Object.keys(body as object)).toEqual(['token']);
    const { token } = body as { token: string };
    expect(token).toMatch(/^[1-9]\d*\|[A-Za-z0-9]{40}[0-9a-f]{8}$/);
    expect(headers.location).toBe(`${LIST}/${token.split('|')[0]}`);
    expect(headers['cache-control']).toBe('no-store');
    await asProgram(app, token).get('/v1/current_user').expect(200);
  });

  test('201: the address it names is that of the token', async () => {
    const { body, headers } = await person.post(CREATE).send({ token_name: 'Findable' }).expect(201);
    const found = await person.get(headers.location ?? '').expect(200);
    expect(found.body).toMatchObject({ id: idOf(body), name: 'Findable', scopes: ['*'], expires_at: null });
  });

  test('201 for a token that makes another', async () => {
    const program = asProgram(app, await createToken(app, user));
    const { body } = await program.post(CREATE).send({ token_name: 'Made by a script' }).expect(201);
    expect(body).toHaveProperty('token');
  });

  test('201 for two tokens of one name: names are for people', async () => {
    const first = await person.post(CREATE).send({ token_name: 'Twin' }).expect(201);
    const second = await person.post(CREATE).send({ token_name: 'Twin' }).expect(201);
    expect(idOf(second.body)).not.toBe(idOf(first.body));
  });

  test.each([
    ['spaces around it', '  Automation Script\t', 'Automation Script'],
    ['255 characters', 'n'.repeat(255), 'n'.repeat(255)],
    ['255 characters and spaces around them', ` ${'m'.repeat(255)} `, 'm'.repeat(255)],
    ['255 emoji', '🔑'.repeat(255), '🔑'.repeat(255)],
    ['an emoji of several code points', 'Family 👨‍👩‍👧‍👦', 'Family 👨‍👩‍👧‍👦'],
    ['words from right to left', 'مفتاح الأتمتة', 'مفتاح الأتمتة'],
    ['quotes and SQL', `'; DROP TABLE users; -- "`, `'; DROP TABLE users; -- "`],
    ['markup', '<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['digits only', '12345', '12345'],
  ])('201 for a name of %s, which the list shows', async (_, token_name, shown) => {
    await person.post(CREATE).send({ token_name }).expect(201);
    expect((await names())[0]).toBe(shown);
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

  test.each([
    ['a number', 5],
    ['zero', 0],
    ['true', true],
    ['false', false],
    ['an array', ['Slack']],
    ['an empty array', []],
    ['an object', { name: 'Slack' }],
    ['an empty object', {}],
  ])('400 for a name that is %s: it must be a string', async (_, token_name) => {
    const answer = await person.post(CREATE).send({ token_name });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body).toMatchObject({
      message: 'Token name must be a string.',
      errors: [{ field: 'token_name', detail: 'Token name must be a string.' }],
    });
  });

  test.each([
    ['256 characters', 'x'.repeat(256)],
    ['256 emoji', '🔑'.repeat(256)],
    ['NUL', 'a\0b'],
    ['a control character', 'a\u001bb'],
    ['a line break', 'a\nb'],
    ['a C1 control character', 'a\u0085b'],
    ['half a surrogate pair', 'a\ud83db'],
    ['the other half alone', 'a\udd11b'],
    ['an override of the writing direction', 'a\u202egnp.b'],
    ['an isolate of the writing direction', 'a\u2066b'],
    ['a line separator', 'a\u2028b'],
  ])('400 for a name with %s: one message, nothing created', async (_, token_name) => {
    const before = await names();
    const answer = await person.post(CREATE).send({ token_name });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toEqual([{ field: 'token_name', detail: answer.body.detail }]);
    expect(answer.body.detail).toMatch(/^Token name must /);
    expect(await names()).toEqual(before);
  });

  test.each([
    ['user_id', 1],
    ['parent_id', 1],
    ['secret_hash', 'f'.repeat(64)],
  ])('400 for the unknown field %s, which is named, and nothing created', async (field, value) => {
    const before = await names();
    const answer = await person.post(CREATE).send({ token_name: 'Sneaky', [field]: value });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toEqual([{ field, detail: `Unknown field ${field}.` }]);
    expect(await names()).toEqual(before);
  });

  test.each([
    ['no body at all', undefined],
    ['an empty body', ''],
    ['an empty object', '{}'],
  ])('400 for %s: the name is required', async (_, text) => {
    const request = person.post(CREATE).set('Content-Type', 'application/json');
    const answer = await (text === undefined ? request : request.send(text));
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.message).toBe('Token name is required.');
  });

  test('401 without credentials, and nothing created', async () => {
    const before = await names();
    await app.request().post(CREATE).send({ token_name: 'Anonymous' }).expect(401);
    expect(await names()).toEqual(before);
  });

  test('an id is never used twice, not after its token was deleted', async () => {
    const { body } = await person.post(CREATE).send({ token_name: 'Last' }).expect(201);
    await person.delete(`${LIST}/${idOf(body)}`).expect(204);
    const next = await person.post(CREATE).send({ token_name: 'Next' }).expect(201);
    expect(idOf(next.body)).toBeGreaterThan(idOf(body));
  });
});

describe('POST /v1/current_user/tokens/create, after a restart', () => {
  test('an id is never used twice, not even that of the last token of an empty table', async () => {
    await withDatabase(async (database) => {
      const { user, last } = await withApp({ database }, async (app) => {
        const user = await createUser(app);
        const person = await asPerson(app, user);
        const { body } = await person.post(CREATE).send({ token_name: 'Last' }).expect(201);
        await person.delete(`${LIST}/delete`).expect(200, { deleted: 1 });
        return { user, last: idOf(body) };
      });
      await withApp({ database }, async (app) => {
        const person = await asPerson(app, user);
        const { body } = await person.post(CREATE).send({ token_name: 'Next' }).expect(201);
        expect(idOf(body)).toBeGreaterThan(last);
      });
    });
  });
});

describe('POST /v1/current_user/tokens/create, with TOKEN_PREFIX', () => {
  const app = useApp({ env: { TOKEN_PREFIX: 'acme_' } });

  test('201: the secret begins with it, and the token works', async () => {
    const person = await asPerson(app, await createUser(app));
    const { body } = await person.post(CREATE).send({ token_name: 'Scannable' }).expect(201);
    const { token } = body as { token: string };
    expect(token).toMatch(/^[1-9]\d*\|acme_[A-Za-z0-9]{40}[0-9a-f]{8}$/);
    await asProgram(app, token).get('/v1/current_user').expect(200);
  });
});

describe('POST /v1/current_user/tokens/create, at the limit of tokens', () => {
  const app = useApp({ env: { TOKENS_MAX_PER_USER: '10' } });

  test('409: a user has no more tokens than the limit, whatever is asked at once', async () => {
    const program = asProgram(app, await createToken(app, await createUser(app)));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => program.post(CREATE).send({ token_name: `Parallel ${n}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(9);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(41);
    for (const answer of refused) expectProblem(answer, 409, 'token_limit_reached');
    const { body } = await program.get(LIST).expect(200);
    expect(body).toHaveLength(10);
  });

  test('201 again once one is deleted; other users have their own limit', async () => {
    const owner = await createUser(app);
    const person = await asPerson(app, owner);
    for (let made = 0; made < 10; made += 1) await createToken(app, owner);
    await person.post(CREATE).send({ token_name: 'One too many' }).expect(409);
    const neighbour = await asPerson(app, await createUser(app));
    await neighbour.post(CREATE).send({ token_name: 'Mine' }).expect(201);
    const { body } = await person.get(LIST).expect(200);
    await person.delete(`${LIST}/${(body as { id: number }[])[0]?.id ?? 0}`).expect(204);
    await person.post(CREATE).send({ token_name: 'In its place' }).expect(201);
  });
});
