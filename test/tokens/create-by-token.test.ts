import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { TestApp } from '../support/app.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';

const TOKENS = '/v1/current_user/tokens';
const CREATE = `${TOKENS}/create`;
const NOON = new Date('2999-01-31T12:00:00.000Z');

describe('POST /v1/current_user/tokens/create, by a token', () => {
  let app: TestApp;
  let user: TestUser;
  let person: Client;

  const programWith = async (rights: Partial<PersonalAccessToken>): Promise<Client> =>
    asProgram(app, await createToken(app, user, rights));

  async function made(client: Client, asked: object = {}): Promise<Record<string, unknown>> {
    const { headers } = await client
      .post(CREATE)
      .send({ token_name: 'Child', ...asked })
      .expect(201);
    return (await person.get(headers.location ?? '').expect(200)).body as Record<string, unknown>;
  }

  beforeAll(async () => {
    app = await TestApp.start();
    user = await createUser(app);
    person = await asPerson(app, user);
  });
  afterAll(() => app.stop());

  test('201: what is not chosen is as its own', async () => {
    const own = {
      scopes: ['tokens:write', 'Moved:Over'],
      expiresAt: NOON,
      allowedCidrs: ['127.0.0.0/8', '::1/128'],
    };
    expect(await made(await programWith(own))).toMatchObject({
      scopes: own.scopes,
      expires_at: NOON.toISOString(),
      allowed_cidrs: own.allowedCidrs,
    });
  });

  test('201: what only an operator grants is not handed on', async () => {
    const program = await programWith({ scopes: ['*', 'tokens:introspect'] });
    expect(await made(program)).toMatchObject({ scopes: ['*'] });
    const answer = await program.post(CREATE).send({ token_name: 'More', scopes: ['tokens:introspect'] });
    expectProblem(answer, 400, 'validation_failed');
  });

  test.each<[string, Partial<PersonalAccessToken>, object]>([
    ['fewer scopes', { scopes: ['tokens:write', 'a:*'] }, { scopes: ['a:b', 'a:c:*'] }],
    ['an earlier expiry', { expiresAt: NOON }, { expires_at: '2999-01-31T11:59:59.999Z' }],
    ['the same expiry', { expiresAt: NOON }, { expires_at: '2999-01-31T13:00:00+01:00' }],
    ['narrower ranges', { allowedCidrs: ['127.0.0.0/8'] }, { allowed_cidrs: ['127.1.2.3/16', '127.0.0.1'] }],
  ])('201 for %s', async (_, own, asked) => {
    await made(await programWith(own), asked);
  });

  test.each<[string, Partial<PersonalAccessToken>, object]>([
    ['scopes', { scopes: ['tokens:write'] }, { scopes: ['tokens:write', 'user:read'] }],
    ['scopes', { scopes: ['tokens:write', 'a:*'] }, { scopes: ['*'] }],
    ['expires_at', { expiresAt: NOON }, { expires_at: '2999-01-31T12:00:00.001Z' }],
    ['expires_at', { expiresAt: NOON }, { expires_at: null }],
    ['allowed_cidrs', { allowedCidrs: ['127.0.0.0/8'] }, { allowed_cidrs: null }],
    ['allowed_cidrs', { allowedCidrs: ['127.0.0.0/8'] }, { allowed_cidrs: ['127.0.0.1', '126.0.0.0/7'] }],
  ])('403 for more in %s than it has itself, and nothing created', async (field, own, asked) => {
    const program = await programWith(own);
    const before = (await person.get(TOKENS).expect(200)).headers['x-total-count'];
    const answer = await program.post(CREATE).send({ token_name: 'Stronger', ...asked });
    expectProblem(answer, 403, 'exceeds_token');
    expect(answer.body.errors).toEqual([{ field, detail: answer.body.detail }]);
    expect((await person.get(TOKENS).expect(200)).headers['x-total-count']).toBe(before);
  });

  test('403 names every field that goes beyond', async () => {
    const own = { scopes: ['tokens:write'], expiresAt: NOON, allowedCidrs: ['127.0.0.1/32'] };
    const asked = { token_name: 'Free', scopes: ['*'], expires_at: null, allowed_cidrs: null };
    const answer = await (await programWith(own)).post(CREATE).send(asked);
    expectProblem(answer, 403, 'exceeds_token');
    const errors = answer.body.errors as { field: string }[];
    expect(errors.map(({ field }) => field)).toEqual(['scopes', 'expires_at', 'allowed_cidrs']);
  });
});
