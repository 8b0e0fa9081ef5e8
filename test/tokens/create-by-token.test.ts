import { beforeAll, describe, expect, test } from '@jest/globals';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';
const CREATE = `${TOKENS}/create`;
const NOON = new Date('2999-01-31T12:00:00.000Z');

describe('POST /v1/current_user/tokens/create, by a token', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const programWith = async (rights: Partial<PersonalAccessToken>): Promise<Client> =>
    asProgram(app, await createToken(app, user, rights));

  const ask = async (client: Client): Promise<string> => {
    const { body } = await client.post(CREATE).send({ token_name: 'Next' }).expect(201);
    return (body as { token: string }).token;
  };

  async function made(client: Client, asked: object = {}): Promise<Record<string, unknown>> {
    const { headers } = await client
      .post(CREATE)
      .send({ token_name: 'Child', ...asked })
      .expect(201);
    return (await person.get(headers.location ?? '').expect(200)).body as Record<string, unknown>;
  }

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

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

  test('201: the token knows the one that made it, which knows how many came of it', async () => {
    const parent = await createToken(app, user);
    const child = await made(asProgram(app, parent));
    expect(child).toMatchObject({ parent_id: parent.id, descendant_count: 0 });
    await createToken(app, user, { parentId: Number(child.id) });
    await createToken(app, user, { parentId: parent.id });
    const { body } = await person.get(`${TOKENS}/${parent.id}`).expect(200);
    expect(body).toMatchObject({ parent_id: null, descendant_count: 3 });
    const { body: list } = await person.get(TOKENS).expect(200);
    const counts = (list as Record<string, number>[]).map(({ id, descendant_count }) => [
      id,
      descendant_count,
    ]);
    expect(new Map(counts as [number, number][]).get(parent.id)).toBe(3);
    expect(new Map(counts as [number, number][]).get(Number(child.id))).toBe(1);
    expect(await made(person)).toMatchObject({ parent_id: null, descendant_count: 0 });
  });

  test('409 for the eleventh of a line of tokens that made one another; all ten die with the first', async () => {
    const line = [(await createToken(app, user)).plainText];
    while (line.length < 10) line.push(await ask(asProgram(app, line.at(-1) ?? '')));
    const last = asProgram(app, line.at(-1) ?? '');
    expectProblem(await last.post(CREATE).send({ token_name: 'Eleventh' }), 409, 'token_depth_reached');
    const [first] = line.map((token) => token.split('|')[0]);
    const { body } = await person.get(`${TOKENS}/${first}`).expect(200);
    expect(body).toMatchObject({ descendant_count: 9 });
    await person.delete(`${TOKENS}/${first}`).expect(204);
    for (const token of line) await asProgram(app, token).get('/v1/current_user').expect(401);
  });

  test('401 or 201 while the token is deleted, and in the end none of its children is left', async () => {
    const parent = await createToken(app, user);
    const program = asProgram(app, parent);
    const [deleted, ...answers] = await Promise.all([
      program
        .post(CREATE)
        .send({ token_name: 'First' })
        .then(() => person.delete(`${TOKENS}/${parent.id}`)),
      ...Array.from({ length: 20 }, (_, n) => program.post(CREATE).send({ token_name: `Child ${n}` })),
    ]);
    expect(deleted.status).toBe(204);
    for (const { status, body } of answers) {
      expect([201, 401]).toContain(status);
      if (status !== 201) continue;
      await asProgram(app, (body as { token: string }).token)
        .get('/v1/current_user')
        .expect(401);
    }
    const left = await app.dataSource.getRepository(PersonalAccessToken).countBy({ parentId: parent.id });
    expect(left).toBe(0);
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
