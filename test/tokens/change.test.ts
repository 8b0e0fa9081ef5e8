import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { comparable, expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';
const HOME = ['127.0.0.0/8'];

describe('PATCH /v1/current_user/tokens/{tokenId}', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const token = (overrides: Partial<PersonalAccessToken> = {}) => createToken(app, user, overrides);
  const change = (client: Client, { id }: TestToken, body: object) =>
    client.patch(`${TOKENS}/${id}`).send(body);
  const shown = async ({ id }: TestToken): Promise<Record<string, unknown>> =>
    (await person.get(`${TOKENS}/${id}`).expect(200)).body as Record<string, unknown>;

  beforeAll(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('200: a new name, and the token as it is now; nothing else has changed', async () => {
    const renamed = await token({ name: 'Old', scopes: ['a:b'], allowedCidrs: HOME });
    const before = await shown(renamed);
    const { body } = await change(person, renamed, { token_name: '  New ' }).expect(200);
    expect(body).toEqual({ ...before, name: 'New' });
    expect(await shown(renamed)).toEqual(body);
  });

  test('200: new ranges, in one form, which count from then on', async () => {
    const moved = await token();
    const program = asProgram(app, moved);
    await program.get('/v1/current_user').expect(200);
    const { body } = await change(person, moved, { allowed_cidrs: ['192.0.2.9/24', '192.0.2.1/24'] }).expect(
      200,
    );
    expect(body).toMatchObject({ name: 'Automation Script', allowed_cidrs: ['192.0.2.0/24'] });
    expectProblem(await program.get('/v1/current_user'), 401, 'address_refused');
    await change(person, moved, { token_name: 'Both', allowed_cidrs: null }).expect(200);
    expect(await shown(moved)).toMatchObject({ name: 'Both', allowed_cidrs: null });
    await program.get('/v1/current_user').expect(200);
  });

  test('200: the same again', async () => {
    const same = await token({ name: 'Same', allowedCidrs: HOME });
    await change(person, same, { token_name: 'Same', allowed_cidrs: HOME }).expect(200);
  });

  test.each<[string, object, string, RegExp | string]>([
    ['nothing', {}, 'token_name', 'Send what to change: token_name, allowed_cidrs or both.'],
    ['no name', { token_name: null }, 'token_name', 'Token name is required.'],
    ['a blank name', { token_name: ' ' }, 'token_name', 'Token name is required.'],
    ['a name of digits', { token_name: 5 }, 'token_name', 'Token name must be a string.'],
    ['no ranges', { allowed_cidrs: [] }, 'allowed_cidrs', /^Address ranges must not be empty/],
    ['a host', { allowed_cidrs: ['home'] }, 'allowed_cidrs', /^Address range 1 must be /],
    ['scopes', { scopes: ['*'] }, 'scopes', 'Unknown field scopes.'],
    ['an expiry', { expires_at: null }, 'expires_at', 'Unknown field expires_at.'],
  ])('400 for %s, and nothing changed', async (_, body, field, detail) => {
    const stays = await token();
    const before = await shown(stays);
    const answer = await change(person, stays, body);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toEqual([{ field, detail: answer.body.detail }]);
    expect(answer.body.detail).toMatch(detail);
    expect(await shown(stays)).toEqual(before);
  });

  test('404: a token of somebody else looks like an unknown one, and keeps its name', async () => {
    const stranger = await createUser(app);
    const theirs = await createToken(app, stranger, { name: 'Theirs' });
    const foreign = await change(person, theirs, { token_name: 'Mine' });
    expectProblem(foreign, 404, 'token_not_found');
    const unknown = await person.patch(`${TOKENS}/9007199254740991`).send({ token_name: 'Mine' });
    expect(comparable(foreign)).toEqual(comparable(unknown));
    const { body } = await (await asPerson(app, stranger)).get(`${TOKENS}/${theirs.id}`).expect(200);
    expect(body).toMatchObject({ name: 'Theirs' });
  });

  test('403: a token without tokens:write changes nothing, not even itself', async () => {
    const reader = await token({ scopes: ['tokens:read'] });
    const answer = await change(asProgram(app, reader), reader, { token_name: 'Writer' });
    expectProblem(answer, 403, 'insufficient_scope');
    expect(answer.body.detail).toContain('tokens:write');
  });

  describe('by a token', () => {
    test('200 for itself, and for one that can do no more', async () => {
      const own = await token({ scopes: ['tokens:write', 'a:*'], allowedCidrs: HOME });
      const weaker = await token({ scopes: ['a:b'], allowedCidrs: ['127.0.0.1/32'] });
      const program = asProgram(app, own);
      await change(program, weaker, { token_name: 'Weaker', allowed_cidrs: ['127.0.0.0/16'] }).expect(200);
      await change(program, own, { token_name: 'Own', allowed_cidrs: ['127.0.0.0/9'] }).expect(200);
    });

    test.each<[string, Partial<PersonalAccessToken>]>([
      ['another scope', { scopes: ['a:b', 'user:read'], allowedCidrs: HOME, expiresAt: new Date(9e12) }],
      ['a later expiry', { scopes: ['a:b'], allowedCidrs: HOME, expiresAt: new Date(9e12 + 1) }],
      ['no expiry', { scopes: ['a:b'], allowedCidrs: HOME }],
      ['wider ranges', { scopes: ['a:b'], expiresAt: new Date(9e12) }],
    ])('403 for one with %s, whatever is to change, and nothing changed', async (_, rights) => {
      const own = { scopes: ['tokens:write', 'a:*'], allowedCidrs: HOME, expiresAt: new Date(9e12) };
      const program = asProgram(app, await token(own));
      const stronger = await token(rights);
      const before = await shown(stronger);
      for (const body of [{ token_name: 'Taken' }, { allowed_cidrs: ['127.0.0.1'] }]) {
        expectProblem(await change(program, stronger, body), 403, 'exceeds_token');
      }
      expect(await shown(stronger)).toEqual(before);
    });

    test('403 for ranges beyond its own, its own included', async () => {
      const own = await token({ allowedCidrs: HOME });
      const weaker = await token({ allowedCidrs: ['127.0.0.1/32'] });
      for (const target of [own, weaker]) {
        for (const allowed_cidrs of [null, ['126.0.0.0/7'], ['127.0.0.1', '::1']]) {
          const answer = await change(asProgram(app, own), target, { allowed_cidrs });
          expectProblem(answer, 403, 'exceeds_token');
          expect(answer.body.errors).toEqual([{ field: 'allowed_cidrs', detail: answer.body.detail }]);
        }
      }
      expect(await shown(own)).toMatchObject({ allowed_cidrs: HOME });
      expect(await shown(weaker)).toMatchObject({ allowed_cidrs: ['127.0.0.1/32'] });
    });
  });

  describe('of a token with a parent or children', () => {
    test('409 for ranges beyond those of its parent, even for the person', async () => {
      const parent = await token({ allowedCidrs: HOME });
      const child = await token({ allowedCidrs: HOME, parentId: parent.id });
      const answer = await change(person, child, { allowed_cidrs: null });
      expectProblem(answer, 409, 'exceeds_parent');
      expect(answer.body.detail).toMatch(/^The token that made this one may not be used from everywhere/);
      expectProblem(await change(person, child, { allowed_cidrs: ['10.0.0.1'] }), 409, 'exceeds_parent');
      expect(await shown(child)).toMatchObject({ allowed_cidrs: HOME });
      await change(person, child, { allowed_cidrs: ['127.0.0.1'] }).expect(200);
    });

    test('409 for ranges that children go beyond, saying how many; 200 once they do not', async () => {
      const parent = await token();
      const children = [
        await token({ parentId: parent.id }),
        await token({ parentId: parent.id }),
        await token({ parentId: parent.id, allowedCidrs: ['10.0.0.0/8'] }),
        await token({ parentId: parent.id, allowedCidrs: ['127.0.0.1/32'] }),
      ];
      const narrow = () => change(person, parent, { token_name: 'Narrow', allowed_cidrs: HOME });
      const refused = await narrow();
      expectProblem(refused, 409, 'exceeded_by_children');
      expect(refused.body.detail).toMatch(/^3 tokens that this one made may be used from other addresses\./);
      expect(await shown(parent)).toMatchObject({ name: 'Automation Script', allowed_cidrs: null });
      for (const child of children) await change(person, child, { allowed_cidrs: HOME }).expect(200);
      await narrow().expect(200);
    });

    test('200 for a name and for wider ranges, whatever the children have', async () => {
      const parent = await token({ allowedCidrs: HOME });
      await token({ parentId: parent.id, allowedCidrs: HOME });
      await change(person, parent, { token_name: 'Wider' }).expect(200);
      await change(person, parent, { allowed_cidrs: [...HOME, '10.0.0.0/8'] }).expect(200);
      await change(person, parent, { allowed_cidrs: null }).expect(200);
    });

    test('never leaves a child beyond its parent, whatever is changed and created at once', async () => {
      for (let round = 0; round < 10; round += 1) {
        const parent = await token();
        const child = await token({ parentId: parent.id, allowedCidrs: HOME });
        await Promise.all([
          change(person, parent, { allowed_cidrs: HOME }),
          change(person, child, { allowed_cidrs: null }),
          asProgram(app, parent).post(`${TOKENS}/create`).send({ token_name: 'Another' }),
        ]);
        const { body } = await person.get(TOKENS).expect(200);
        const list = body as { id: number; parent_id: number | null; allowed_cidrs: string[] | null }[];
        const isNarrow = (await shown(parent)).allowed_cidrs !== null;
        const children = list.filter(({ parent_id }) => parent_id === parent.id);
        expect(children.length).toBeGreaterThan(0);
        if (isNarrow) for (const { allowed_cidrs } of children) expect(allowed_cidrs).toEqual(HOME);
      }
    });
  });
});
