import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { User } from '../../src/users/user.entity.js';
import { TestApp } from '../support/app.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';

const ME = '/v1/current_user';
const HEADER = 'latchkey-token-expires-at';
const DAY_MS = 24 * 60 * 60 * 1000;

// An app for each test: it does not forget the latest time it has seen.
let app: TestApp;
let user: TestUser;

const expiringIn = (milliseconds: number, overrides: object = {}): Promise<TestToken> =>
  createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() + milliseconds), ...overrides });

beforeEach(async () => {
  app = await TestApp.start();
  user = await createUser(app);
});
afterEach(() => app.stop());

describe('a token', () => {
  test('does not expire by default', async () => {
    const program = asProgram(app, await createToken(app, user));
    app.clock.advance(36_500 * DAY_MS);
    await program.get(ME).expect(200);
  });

  test('expires on the millisecond', async () => {
    const token = await expiringIn(1000);
    const program = asProgram(app, token);
    app.clock.advance(999);
    await program.get(ME).expect(200);
    app.clock.advance(1);
    const answer = await program.get(ME);
    expectProblem(answer, 401, 'token_expired');
    expect(answer.body).toMatchObject({ detail: 'Unauthorized. The token has expired.' });
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="latchkey", error="invalid_token", error_description="The token has expired."',
    );
    app.clock.advance(1);
    await program.get(ME).expect(401);
  });

  test('expires in UTC, whatever the hour of the server', async () => {
    for (const expiry of ['2031-03-30T01:30:00.000Z', '2031-10-26T00:30:00.000Z']) {
      const expiresAt = new Date(expiry);
      const program = asProgram(app, await createToken(app, user, { expiresAt }));
      app.clock.advance(expiresAt.getTime() - app.clock.now().getTime() - 1);
      await program.get(ME).expect(200);
      app.clock.advance(1);
      await program.get(ME).expect(401);
    }
  });
});

describe('a clock moved back', () => {
  test('revives nothing that was deleted', async () => {
    const token = await createToken(app, user);
    const person = await asPerson(app, user);
    await person.delete(`${ME}/tokens/${token.id}`).expect(204);
    app.clock.advance(-DAY_MS);
    expectProblem(await asProgram(app, token).get(ME), 401, 'invalid_token');
  });

  test('revives nothing that has expired, whether or not it was tried since', async () => {
    const [tried, untried, living] = [await expiringIn(1000), await expiringIn(1000), await expiringIn(1001)];
    app.clock.advance(1000);
    expectProblem(await asProgram(app, tried).get(ME), 401, 'token_expired');
    app.clock.advance(-DAY_MS);
    for (const token of [tried, untried]) {
      expectProblem(await asProgram(app, token).get(ME), 401, 'token_expired');
    }
    await asProgram(app, living).get(ME).expect(200);
  });
});

describe('Latchkey-Token-Expires-At', () => {
  const expectExpiry = async (client: Client, path: string, status: number, token: TestToken) => {
    const { headers } = await client.get(path).expect(status);
    const { body } = await (await asPerson(app, user)).get(`${ME}/tokens/${token.id}`).expect(200);
    expect(headers[HEADER]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(headers[HEADER]).toBe((body as { expires_at: string }).expires_at);
  };

  test.each([
    [200, ME],
    [400, `${ME}/tokens?limit=0`],
    [403, `${ME}/tokens/1`],
    [404, `${ME}/tokens/999999`],
  ])('stands on a %i', async (status, path) => {
    const scopes = status === 403 ? ['user:read'] : ['user:read', 'tokens:read'];
    const token = await expiringIn(DAY_MS, { scopes });
    await expectExpiry(asProgram(app, token), path, status, token);
  });

  test.each(['expired', 'refused for its address', 'of a disabled user'])(
    'stands on the 401 of a token %s: its holder knows the secret',
    async (why) => {
      const overrides = why.includes('address') ? { allowedCidrs: ['192.0.2.0/24'] } : {};
      const token = await expiringIn(why === 'expired' ? 0 : DAY_MS, overrides);
      if (why.includes('disabled')) {
        await app.dataSource.getRepository(User).update(user.id, { disabledAt: app.clock.now() });
      }
      const { headers } = await asProgram(app, token).get(ME).expect(401);
      expect(headers[HEADER]).toMatch(/Z$/);
    },
  );

  test('is not told to whoever does not know the secret', async () => {
    const [token, other] = [await expiringIn(DAY_MS), await createToken(app, user)];
    const { headers } = await asProgram(app, `${token.id}|${other.secret}`).get(ME).expect(401);
    expect(headers).not.toHaveProperty(HEADER);
  });

  test('is not there for a token that does not expire, nor for a session', async () => {
    const clients = [asProgram(app, await createToken(app, user)), await asPerson(app, user)];
    for (const client of clients) {
      const { headers } = await client.get(ME).expect(200);
      expect(headers).not.toHaveProperty(HEADER);
    }
  });
});
