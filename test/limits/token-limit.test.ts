import { beforeEach, describe, expect, test } from '@jest/globals';
import { createToken, createUser, secretOf, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';

const app = useApp();
let user: TestUser;

beforeEach(async () => {
  user = await createUser(app);
});

const create = async (body: object) =>
  (await asPerson(app, user)).post(`${ME}/tokens/create`).send({ token_name: 'Limited', ...body });

async function created(body: object): Promise<string> {
  const answer = await create(body);
  const { token } = answer.body as { token: string };
  app.leaks.remember(secretOf(token));
  return token;
}

describe('POST /v1/current_user/tokens/create with rate_limit', () => {
  test('201; the token shows it', async () => {
    const token = await created({ rate_limit: 5 });
    const { body: shown } = await asProgram(app, token).get(`${ME}/tokens/current`).expect(200);
    expect(shown.rate_limit).toBe(5);
  });

  test.each([undefined, null])('201 without a limit for %p', async (rate_limit) => {
    const token = await created({ rate_limit });
    const { body: shown } = await asProgram(app, token).get(`${ME}/tokens/current`).expect(200);
    expect(shown.rate_limit).toBeNull();
  });

  test.each([0, -1, 1.5, '5', true, [5], 1_000_001, 1e308])('400 for %p', async (rate_limit) => {
    const answer = await create({ rate_limit });
    expectProblem(answer, 400, 'validation_failed');
    const detail =
      'Rate limit must be a whole number of requests a minute, from 1 to 1000000, or null for no limit.';
    expect(answer.body.errors).toEqual([{ field: 'rate_limit', detail }]);
  });

  test('403: a token with a limit makes none, which would each have it for itself', async () => {
    const token = await createToken(app, user, { rateLimit: 100 });
    const answer = await asProgram(app, token).post(`${ME}/tokens/create`).send({ token_name: 'Child' });
    expectProblem(answer, 403, 'exceeds_token');
  });

  test('403: nor does it get the secret of one without', async () => {
    const limited = await createToken(app, user, { rateLimit: 100 });
    const free = await createToken(app, user);
    const answer = await asProgram(app, limited).post(`${ME}/tokens/${free.id}/rotate`).send({});
    expectProblem(answer, 403, 'exceeds_token');
  });
});

describe('a token with a limit of its own', () => {
  test.each([ME, '/v1/verify'])(
    'at %s: says what is left, then 429, and takes nothing from others',
    async (path) => {
      const token = await createToken(app, user, { rateLimit: 2 });
      const other = await createToken(app, user, { rateLimit: 2 });
      for (const left of [1, 0]) {
        const { headers } = await asProgram(app, token).get(path).expect(200);
        expect(headers['ratelimit-policy']).toBe('"token";q=2;w=60');
        expect(headers.ratelimit).toMatch(new RegExp(`^"token";r=${left};t=\\d+$`));
      }
      const refused = await asProgram(app, token).get(path);
      expectProblem(refused, 429, 'token_rate_limited');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(refused.headers['x-auth-user-id']).toBeUndefined();
      await asProgram(app, other).get(path).expect(200);
    },
  );

  test('parallel requests cannot slip past', async () => {
    const token = await createToken(app, user, { rateLimit: 5 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => asProgram(app, token).get(ME)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  test('without one, no answer has such headers', async () => {
    const { headers } = await asProgram(app, await createToken(app, user))
      .get(ME)
      .expect(200);
    expect(headers['ratelimit-policy']).toBeUndefined();
  });

  test('is described to services, whose questions are not counted', async () => {
    const token = await createToken(app, user, { rateLimit: 1 });
    const service = await createToken(app, await createUser(app, { isService: true }), {
      scopes: ['tokens:introspect'],
    });
    const ask = () =>
      asProgram(app, service).post('/v1/introspect').type('form').send({ token: token.plainText });
    for (let n = 0; n < 3; n += 1) {
      const { body } = await ask().expect(200);
      expect(body).toMatchObject({ active: true, rate_limit: 1 });
    }
    await asProgram(app, token).get(ME).expect(200);
  });
});
