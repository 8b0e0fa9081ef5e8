import { beforeEach, describe, expect, test } from '@jest/globals';
import { IdempotencyKey } from '../../src/tokens/idempotency/idempotency-key.entity.js';
import { type Claim, IdempotencyRepository } from '../../src/tokens/idempotency/idempotency.repository.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { ALWAYS } from '../../src/access/principal.js';
import { TokenRepository } from '../../src/tokens/token.repository.js';
import { dump } from '../support/database.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp, withDatabase } from '../support/with-app.js';

const TOKENS = '/v1/current_user/tokens';
const DAY_MS = 24 * 60 * 60 * 1000;
/** As the service has it. */
const TAKEN_OVER_AFTER_MS = 30_000;

const app = useApp({ env: { TOKENS_MAX_PER_USER: '10' } });
let user: TestUser;
let person: Client;
let key: string;
let keys = 0;

beforeEach(async () => {
  user = await createUser(app);
  person = await asPerson(app, user);
  keys += 1;
  key = `key-${keys}`;
});

const post = (path: string, body: object, { client = person, header = key } = {}) =>
  client.post(`${TOKENS}/${path}`).set('Idempotency-Key', header).send(body);
const create = (name = 'Deploy', from: { client?: Client; header?: string } = {}) =>
  post('create', { token_name: name }, from);
const countOf = ({ id }: TestUser) =>
  app.dataSource.getRepository(PersonalAccessToken).countBy({ userId: id });
const claimOf = ({ id }: TestUser) =>
  app.dataSource.getRepository(IdempotencyKey).findOneByOrFail({ userId: id });

/** As if the process that has the claim had died before it wrote down what it did. */
const forgetCompletion = ({ id }: TestUser) =>
  app.dataSource.query('UPDATE idempotency_keys SET token_id = NULL WHERE user_id = ?', [id]);

/** A claim that nothing has come of: what a process leaves behind that dies right after it. */
async function abandonedClaim(): Promise<Claim> {
  await create().expect(201);
  await forgetCompletion(user);
  await app.dataSource.getRepository(PersonalAccessToken).delete({ userId: user.id });
  return claimOf(user);
}

describe('Idempotency-Key on create', () => {
  test('409: the same request again makes no second token, and names the first', async () => {
    const { headers } = await create().expect(201);
    app.clock.advance(DAY_MS - 1);
    person = await asPerson(app, user);
    const again = await create();
    expectProblem(again, 409, 'idempotency_replayed');
    expect(again.headers.location).toBe(headers.location);
    expect(await countOf(user)).toBe(1);
  });

  test('409: also when the token has been deleted since', async () => {
    const { headers } = await create().expect(201);
    await person.delete(headers.location ?? '').expect(204);
    expectProblem(await create(), 409, 'idempotency_replayed');
    expect(await countOf(user)).toBe(0);
  });

  test('409: whatever the order of the fields, and the spaces around the name', async () => {
    await create('Deploy').expect(201);
    expectProblem(await create(' Deploy '), 409, 'idempotency_replayed');
  });

  test('422: another request with the same key is not done', async () => {
    await create().expect(201);
    expectProblem(await create('Another'), 422, 'idempotency_key_reused');
    const token = await createToken(app, user);
    expectProblem(await post(`${token.id}/rotate`, {}), 422, 'idempotency_key_reused');
    expect(await countOf(user)).toBe(2);
    await asProgram(app, token).get('/v1/current_user').expect(200);
  });

  test('201: another key, no key, and the same key a day later each make a token', async () => {
    await create().expect(201);
    await create('Deploy', { header: `${key}-other` }).expect(201);
    await person.post(`${TOKENS}/create`).send({ token_name: 'Deploy' }).expect(201);
    app.clock.advance(DAY_MS);
    person = await asPerson(app, user);
    await create('Another').expect(201);
    expectProblem(await create('Another'), 409, 'idempotency_replayed');
    expect(await countOf(user)).toBe(4);
  });

  test('201: keys of other people, and of other programs of one person, do not meet', async () => {
    await create().expect(201);
    const [one, two] = [await createToken(app, user), await createToken(app, user)];
    for (const client of [
      asProgram(app, one),
      asProgram(app, two),
      await asPerson(app, await createUser(app)),
    ]) {
      await create('Deploy', { client }).expect(201);
      expectProblem(await create('Deploy', { client }), 409, 'idempotency_replayed');
    }
  });

  test('one token for fifty at once with one key', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => create()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      const { code } = answer.body as { code: string };
      expect(['idempotency_replayed', 'idempotency_in_progress']).toContain(code);
      expectProblem(answer, 409, code);
    }
    expect(await countOf(user)).toBe(1);
  });

  test('409, then 201: a request that failed frees its key', async () => {
    for (let n = 0; n < 10; n += 1) await createToken(app, user);
    expectProblem(await create(), 409, 'token_limit_reached');
    await person.delete(`${TOKENS}/delete`).expect(200);
    await create().expect(201);
  });

  test('400, then 201: a body that was refused has not used the key', async () => {
    expectProblem(await create(''), 400, 'validation_failed');
    await create().expect(201);
  });

  test.each([
    ['empty', ''],
    ['with a space', 'a b'],
    ['too long', 'x'.repeat(256)],
    ['beyond ASCII', 'schlüssel'],
    ['with a tab', 'a\tb'],
  ])('400: a key that is %s; no token is made', async (_, header) => {
    const answer = await create('Deploy', { header: Buffer.from(header).toString('latin1') });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body).toMatchObject({ errors: [{ field: 'Idempotency-Key' }] });
    expect(await countOf(user)).toBe(0);
  });

  test('201: the longest key, of every character there is', async () => {
    const visible = Array.from({ length: 94 }, (_, n) => String.fromCharCode(33 + n)).join('');
    const header = visible.repeat(3).slice(0, 255);
    await create('Deploy', { header }).expect(201);
    expectProblem(await create('Deploy', { header }), 409, 'idempotency_replayed');
    expect(await dump(app.dataSource)).not.toContain(visible.slice(0, 20));
  });
});

describe('a process that dies', () => {
  test('before it has made the token: the key is free again after half a minute', async () => {
    await abandonedClaim();
    const soon = await create();
    expectProblem(soon, 409, 'idempotency_in_progress');
    expect(soon.headers['retry-after']).toBe('2');
    app.clock.advance(TAKEN_OVER_AFTER_MS);
    await create().expect(201);
    expect(await countOf(user)).toBe(1);
  });

  test('and was only asleep: it makes nothing once another has taken over', async () => {
    const { keyHash, secretHash } = await abandonedClaim();
    app.clock.advance(TAKEN_OVER_AFTER_MS);
    await create().expect(201);
    const limits = { expiresAt: null, allowedCidrs: null, rateLimit: null };
    const rights = { scopes: ['*'], ...limits, parentId: null };
    const row = { userId: user.id, name: 'Deploy', secretHash, createdAt: app.clock.now(), ...rights };
    const late = await app.app.get(TokenRepository).insert({ ...row, keyHash }, 10, ALWAYS);
    expect(late).toBeUndefined();
    expect(await countOf(user)).toBe(1);
  });

  test('after it has made the token: that is found, be it rotated since', async () => {
    const { headers } = await create().expect(201);
    for (const rotations of [0, 1]) {
      for (let n = 0; n < rotations; n += 1) {
        await person.post(`${headers.location}/rotate`).send({ overlap_seconds: 60 }).expect(200);
      }
      await forgetCompletion(user);
      app.clock.advance(TAKEN_OVER_AFTER_MS);
      const again = await create();
      expectProblem(again, 409, 'idempotency_replayed');
      expect(again.headers.location).toBe(headers.location);
    }
    expect(await countOf(user)).toBe(1);
  });

  test('and its claim is not taken over by a token that came in between', async () => {
    await create().expect(201);
    await forgetCompletion(user);
    const claims = app.app.get(IdempotencyRepository);
    const made = await claimOf(user);
    const other = Object.assign(new IdempotencyKey(), made, { secretHash: 'another' });
    expect(await claims.takeOver(made, other, new Date(0))).toBe(false);
    await claims.release(made);
    expect(await claimOf(user)).toEqual(made);
  });
});

describe('Idempotency-Key on rotate', () => {
  test('409: the same request again rotates no second time, and the first secret lives', async () => {
    const token = await createToken(app, user);
    const { body } = await post(`${token.id}/rotate`, {}).expect(200);
    const again = await post(`${token.id}/rotate`, { overlap_seconds: 0 });
    expectProblem(again, 409, 'idempotency_replayed');
    expect(again.headers.location).toBe(`${TOKENS}/${token.id}`);
    await asProgram(app, (body as { token: string }).token)
      .get('/v1/current_user')
      .expect(200);
  });

  test('422: another overlap, or another token', async () => {
    const [one, two] = [await createToken(app, user), await createToken(app, user)];
    await post(`${one.id}/rotate`, {}).expect(200);
    expectProblem(await post(`${one.id}/rotate`, { overlap_seconds: 60 }), 422, 'idempotency_key_reused');
    expectProblem(await post(`${two.id}/rotate`, {}), 422, 'idempotency_key_reused');
    await asProgram(app, two).get('/v1/current_user').expect(200);
  });

  test('404, then 200: a rotation that was refused frees its key', async () => {
    expectProblem(await post('9007199254740991/rotate', {}), 404, 'token_not_found');
    const token = await createToken(app, user);
    await post(`${token.id}/rotate`, {}).expect(200);
  });

  test('one rotation for twenty at once with one key', async () => {
    const token = await createToken(app, user);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${token.id}/rotate`, {})));
    const done = answers.filter(({ status }) => status === 200);
    expect(done).toHaveLength(1);
    await asProgram(app, (done[0]?.body as { token: string }).token)
      .get('/v1/current_user')
      .expect(200);
  });
});

test('two instances with one key make one token', async () => {
  await withDatabase(async (database) => {
    await withApp({ database }, async (one) => {
      await withApp({ database }, async (two) => {
        const owner = await createUser(one);
        const clients = [await asPerson(one, owner), await asPerson(two, owner)];
        const answers = await Promise.all(
          clients.flatMap((client) => Array.from({ length: 10 }, () => create('Deploy', { client }))),
        );
        expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
        expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
      });
    });
  });
});
