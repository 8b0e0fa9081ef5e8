import { beforeEach, describe, expect, test } from '@jest/globals';
import { mintSecret } from '../../src/tokens/verification/token-secret.js';
import { User } from '../../src/users/user.entity.js';
import type { TestApp } from '../support/app.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const ME = '/v1/current_user';

type Answer = Parameters<typeof expectProblem>[0];

/** The right secret was shown, so the reason is told. */
function expectReason(answer: Answer, code: string, reason: string): void {
  expectProblem(answer, 401, code);
  expect(answer.body).toMatchObject({ detail: `Unauthorized. ${reason}` });
  expect(answer.headers['www-authenticate']).toBe(
    `Bearer realm="latchkey", error="invalid_token", error_description="${reason}"`,
  );
}

/** Whoever does not know the secret learns nothing. */
async function expectNothingTold(app: TestApp, token: TestToken, other: TestToken): Promise<void> {
  const answer = await asProgram(app, `${token.id}|${other.secret}`).get(ME);
  expectProblem(answer, 401, 'invalid_token');
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="latchkey", error="invalid_token"');
}

describe('the right secret of a token that may not be used', () => {
  const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });
  let user: TestUser;
  let other: TestToken;

  beforeEach(async () => {
    user = await createUser(app);
    other = await createToken(app, user);
  });

  test('the token of a disabled user is refused, and good again when the user is', async () => {
    const users = app.dataSource.getRepository(User);
    const program = asProgram(app, other);
    await program.get(ME).expect(200);
    await users.update(user.id, { disabledAt: app.clock.now() });
    expectReason(await program.get(ME), 'user_disabled', 'The account of this token is disabled.');
    await expectNothingTold(app, other, await createToken(app, user));
    await users.update(user.id, { disabledAt: null });
    await program.get(ME).expect(200);
  });

  test('a token dies with its user', async () => {
    await app.dataSource.getRepository(User).delete({ id: user.id });
    expectProblem(await asProgram(app, other).get(ME), 401, 'invalid_token');
  });

  test.each([
    ['IPv4 inside', ['192.0.2.0/24'], '192.0.2.255', true],
    ['IPv4 outside', ['192.0.2.0/24'], '192.0.3.0', false],
    ['one IPv4 address', ['192.0.2.7/32'], '192.0.2.7', true],
    ['its neighbour', ['192.0.2.7/32'], '192.0.2.8', false],
    ['IPv6 inside', ['2001:db8::/32'], '2001:db8:ffff::1', true],
    ['IPv6 outside', ['2001:db8::/32'], '2001:db9::1', false],
    ['IPv6 for an IPv4 range', ['0.0.0.0/0'], '2001:db8::1', false],
    ['IPv4 for an IPv6 range', ['::/0'], '192.0.2.7', false],
    ['IPv4 written as IPv6', ['192.0.2.0/24'], '::ffff:192.0.2.7', true],
    ['IPv4 written as IPv6 in hex', ['192.0.2.0/24'], '::ffff:c000:0207', true],
    ['IPv4 written as IPv6, outside', ['192.0.2.0/24'], '::ffff:192.0.3.7', false],
    ['the second of two ranges', ['2001:db8::/32', '192.0.2.0/24'], '192.0.2.7', true],
    ['no range at all', [], '192.0.2.7', false],
  ])('allowed_cidrs, %s', async (_, allowedCidrs, address, isGood) => {
    const token = await createToken(app, user, { allowedCidrs });
    const answer = await asProgram(app, token).get(ME).set('X-Forwarded-For', address);
    if (isGood) {
      expect(answer.status).toBe(200);
      return;
    }
    expectReason(answer, 'address_refused', 'The token may not be used from this address.');
    await expectNothingTold(app, token, other);
  });

  test('a refused use is no use: last_used_at stays null', async () => {
    const token = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
    await asProgram(app, token).get(ME).expect(401);
    const person = await asPerson(app, user);
    const { body } = await person.get(`${ME}/tokens/${token.id}`).expect(200);
    expect(body).toMatchObject({ last_used_at: null, last_used_ip: null });
  });
});

describe('TOKEN_PREFIX, changed', () => {
  test('a token made with another prefix, or with none, still works', async () => {
    await withApp({ env: { TOKEN_PREFIX: 'new_' } }, async (app) => {
      const user = await createUser(app);
      for (const prefix of ['', 'old_', 'a_prefix_of_32_characters_______']) {
        const { secret, hash } = mintSecret(prefix);
        app.leaks.remember(secret);
        const { id } = await createToken(app, user, { secretHash: hash });
        await asProgram(app, `${id}|${secret}`).get(ME).expect(200);
        const stripped = `${id}|${secret.slice(prefix.length)}`;
        await asProgram(app, stripped)
          .get(ME)
          .expect(prefix === '' ? 200 : 401);
      }
    });
  });
});
