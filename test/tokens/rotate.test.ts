import { beforeEach, describe, expect, test } from '@jest/globals';
import { ALWAYS } from '../../src/access/principal.js';
import { RotationRepository } from '../../src/tokens/rotation/rotation.repository.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { comparable, expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { rotate } from '../support/rotation.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const ME = '/v1/current_user';
const TOKENS = `${ME}/tokens`;
const WEEK_SECONDS = 604_800;

describe('POST /v1/current_user/tokens/{tokenId}/rotate', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const statusOf = async (token: string) => (await asProgram(app, token).get(ME)).status;
  const described = async (id: number) =>
    (await person.get(`${TOKENS}/${id}`).expect(200)).body as Record<string, unknown>;
  const post = (client: Client, id: number | string, body?: object) =>
    client.post(`${TOKENS}/${id}/rotate`).send(body);

  beforeEach(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('200: a new secret, not to be stored; the old one is dead at once', async () => {
    const token = await createToken(app, user);
    const answer = await post(person, token.id);
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({ token: expect.stringMatching(`^${token.id}\\|[A-Za-z0-9]{48}$`) });
    const { token: rotated } = answer.body as { token: string };
    expect(rotated).not.toBe(token.plainText);
    expect(await statusOf(rotated)).toBe(200);
    expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
  });

  test('200: nothing but the secret changes', async () => {
    const token = await createToken(app, user, {
      name: 'Nightly export',
      scopes: ['user:read', 'projects:*'],
      expiresAt: new Date(app.clock.now().getTime() + 86_400_000),
      allowedCidrs: ['127.0.0.0/8'],
      parentId: (await createToken(app, user)).id,
    });
    const child = await createToken(app, user, { parentId: token.id });
    await asProgram(app, token).get(ME).expect(200);
    const before = await described(token.id);
    app.clock.advance(1000);
    await rotate(person, token.id);
    expect(await described(token.id)).toEqual({
      ...before,
      last_used_secret: 'previous',
      rotated_at: app.clock.now().toISOString(),
      previous_secret_expires_at: null,
      previous_secret_last_used_at: before.last_used_at,
    });
    expect(await statusOf(child.plainText)).toBe(200);
  });

  test('200: with an overlap, both secrets are good until its end, to the millisecond', async () => {
    const token = await createToken(app, user);
    const rotated = await rotate(person, token.id, 60);
    const end = new Date(app.clock.now().getTime() + 60_000);
    expect(await described(token.id)).toMatchObject({ previous_secret_expires_at: end.toISOString() });
    app.clock.advance(59_999);
    expect([await statusOf(token.plainText), await statusOf(rotated)]).toEqual([200, 200]);
    app.clock.advance(1);
    expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
    expect(await statusOf(rotated)).toBe(200);
    expect(await described(token.id)).toMatchObject({ previous_secret_expires_at: null });
  });

  test('200: an overlap ends with the token at the latest', async () => {
    const expiresAt = new Date(app.clock.now().getTime() + 60_000);
    const token = await createToken(app, user, { expiresAt });
    await rotate(person, token.id, WEEK_SECONDS);
    expect(await described(token.id)).toMatchObject({ previous_secret_expires_at: expiresAt.toISOString() });
    app.clock.advance(60_000);
    expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
  });

  test('200: rotating again ends the overlap before', async () => {
    const token = await createToken(app, user);
    const second = await rotate(person, token.id, 60);
    const third = await rotate(person, token.id, 60);
    expect(await statusOf(token.plainText)).toBe(401);
    expect([await statusOf(second), await statusOf(third)]).toEqual([200, 200]);
    const fourth = await rotate(person, token.id);
    expect([await statusOf(second), await statusOf(third), await statusOf(fourth)]).toEqual([401, 401, 200]);
  });

  test('200: whoever lost the answer rotates again, with the secret that still is good', async () => {
    const token = await createToken(app, user, { scopes: ['tokens:rotate', 'user:read'] });
    await rotate(asProgram(app, token), token.id, 60);
    const found = await rotate(asProgram(app, token), token.id, 60);
    expect(await statusOf(found)).toBe(200);
    expect(await statusOf(token.plainText)).toBe(401);
  });

  test('200: with tokens:rotate, a token rotates itself', async () => {
    const token = await createToken(app, user, { scopes: ['tokens:rotate', 'user:read'] });
    expect(await statusOf(await rotate(asProgram(app, token), token.id))).toBe(200);
  });

  test('200: with tokens:write, a token rotates itself and those that can do no more', async () => {
    const token = await createToken(app, user, { scopes: ['tokens:write', 'user:read'] });
    const weaker = await createToken(app, user, { scopes: ['user:read'] });
    const rotated = await rotate(asProgram(app, token), token.id);
    expect(await statusOf(await rotate(asProgram(app, rotated), weaker.id))).toBe(200);
  });

  test('200 or 409 for each of twenty at once: none takes the place of a secret it has not seen', async () => {
    const token = await createToken(app, user);
    const body = { overlap_seconds: 60 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(person, token.id, body)));
    const won = answers.filter(({ status }) => status === 200);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectProblem(answer, 409, 'rotated_meanwhile');
    }
    const working: boolean[] = [];
    for (const { body: made } of won) {
      working.push((await statusOf((made as { token: string }).token)) === 200);
    }
    // The last one's, and the one it followed: that of another, or the first of all.
    expect(working.filter(Boolean)).toHaveLength(Math.min(won.length, 2));
    expect(await statusOf(token.plainText)).toBe(won.length === 1 ? 200 : 401);
  });

  test('of twenty that have seen the same secret, one counts', async () => {
    const { id } = await createToken(app, user);
    const tokens = app.dataSource.getRepository(PersonalAccessToken);
    const { secretHash: from } = await tokens.findOneByOrFail({ id });
    const seen = { id, userId: user.id, from, at: app.clock.now(), overlapEnd: null, keyHash: null };
    const rotations = app.app.get(RotationRepository);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => rotations.rotate({ ...seen, to: `${n}` }, ALWAYS)),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await tokens.findOneBy({ id })).toMatchObject({ secretHash: `${outcomes.indexOf(true)}` });
  });

  test.each<[string, object]>([
    ['negative', { overlap_seconds: -1 }],
    ['more than a week', { overlap_seconds: WEEK_SECONDS + 1 }],
    ['a fraction', { overlap_seconds: 0.5 }],
    ['a text', { overlap_seconds: '60' }],
    ['null', { overlap_seconds: null }],
    ['a list', { overlap_seconds: [60] }],
  ])('400: an overlap that is %s; the secret stays', async (_, body) => {
    const token = await createToken(app, user);
    const answer = await post(person, token.id, body);
    expectProblem(answer, 400, 'validation_failed');
    const detail = 'overlap_seconds must be a whole number from 0 to 604800.';
    expect(answer.body).toMatchObject({ errors: [{ field: 'overlap_seconds', detail }] });
    expect(await statusOf(token.plainText)).toBe(200);
  });

  test('400: an unknown field', async () => {
    const token = await createToken(app, user);
    expectProblem(await post(person, token.id, { overlap: 60 }), 400, 'validation_failed');
    expect(await statusOf(token.plainText)).toBe(200);
  });

  test.each([[['user:read']], [['tokens:read']], [['projects:*']]])(
    '403: a token with %j alone does not even rotate itself',
    async (scopes) => {
      const token = await createToken(app, user, { scopes });
      const answer = await post(asProgram(app, token), token.id);
      expectProblem(answer, 403, 'insufficient_scope');
      expect(answer.headers['www-authenticate']).toContain('scope="tokens:write"');
      const { rotatedAt } = await app.dataSource
        .getRepository(PersonalAccessToken)
        .findOneByOrFail({ id: token.id });
      expect(rotatedAt).toBeNull();
    },
  );

  test('403: with tokens:rotate alone, a token rotates no other, and does not learn whether there is one', async () => {
    const token = await createToken(app, user, { scopes: ['tokens:rotate', 'user:read'] });
    const weaker = await createToken(app, user, { scopes: ['user:read'] });
    const program = asProgram(app, token);
    const refused = await post(program, weaker.id);
    expectProblem(refused, 403, 'insufficient_scope');
    expect(comparable(await post(program, '9007199254740991'))).toEqual(comparable(refused));
    expect(await statusOf(weaker.plainText)).toBe(200);
  });

  test.each<[string, Partial<PersonalAccessToken>]>([
    ['more scopes', { scopes: ['*'] }],
    ['no expiry', { expiresAt: null }],
    ['more addresses', { allowedCidrs: null }],
  ])('403: a token does not rotate one with %s', async (_, more) => {
    const rights = {
      scopes: ['tokens:write', 'user:read'],
      expiresAt: new Date(app.clock.now().getTime() + 60_000),
      allowedCidrs: ['127.0.0.0/8'],
    };
    const caller = await createToken(app, user, rights);
    const stronger = await createToken(app, user, { ...rights, ...more });
    expectProblem(await post(asProgram(app, caller), stronger.id), 403, 'exceeds_token');
    expect(await statusOf(stronger.plainText)).toBe(200);
  });

  test('404: a token of somebody else looks like an unknown one, and keeps its secret', async () => {
    const theirs = await createToken(app, await createUser(app));
    const foreign = await post(person, theirs.id);
    expectProblem(foreign, 404, 'token_not_found');
    expect(comparable(foreign)).toEqual(comparable(await post(person, '9007199254740991')));
    expect(await statusOf(theirs.plainText)).toBe(200);
  });

  test('404: what is no id', async () => {
    for (const id of ['0', '01', '1e0', '1abc', '-1', '%20']) {
      expectProblem(await post(person, id), 404, 'token_not_found');
    }
  });

  test('409: a token that has expired, from that millisecond on', async () => {
    const token = await createToken(app, user, { expiresAt: app.clock.now() });
    expectProblem(await post(person, token.id), 409, 'token_has_expired');
    const living = await createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() + 1) });
    await rotate(person, living.id);
  });
});

test('a clock that is put back brings no previous secret back', async () => {
  await withApp({}, async (app) => {
    const user = await createUser(app);
    const token = await createToken(app, user);
    await rotate(await asPerson(app, user), token.id, 60);
    const program = asProgram(app, token);
    await program.get(ME).expect(200);
    app.clock.advance(60_000);
    expectProblem(await program.get(ME), 401, 'invalid_token');
    app.clock.advance(-30_000);
    expectProblem(await program.get(ME), 401, 'invalid_token');
  });
});
