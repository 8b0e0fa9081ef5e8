import { beforeAll, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { sendRaw } from '../support/raw.js';
import { asProgram, withAuthorization } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const ME = '/v1/current_user';
const TOKENS = '/v1/current_user/tokens';

/** Laravel Sanctum once answered 500 to each. */
const MALFORMED = ['', '|', 'test', '|test', '1ABC|test', '1ABC|', '1,2|test'];

/** Other programs read each of these as a number, and some as 5. */
const LOOK_ALIKES = [
  '5abc',
  ' 5',
  '+5',
  '0005',
  '5.0',
  '5e0',
  '0x5',
  '-5',
  '٥',
  '[5]',
  '99999999999999999999',
];

describe('what only looks like a token', () => {
  const app = useApp();
  let user: TestUser;
  let five: TestToken;
  let caller: TestToken;

  beforeAll(async () => {
    user = await createUser(app);
    const tokens: TestToken[] = [];
    for (let n = 0; n < 6; n += 1) tokens.push(await createToken(app, user));
    [five, caller] = tokens.slice(4) as [TestToken, TestToken];
    expect(five.id).toBe(5);
  });

  test.each(MALFORMED)('401 for "%s", without asking the database', async (presented) => {
    app.forgetStatements();
    const answer = await withAuthorization(app, `Bearer ${presented}`);
    expectProblem(answer, 401, 'invalid_token');
    expect(app.statements).toEqual([]);
  });

  // Spaces after the scheme belong to the header, so the look-alike with a space is one the header cannot hold.
  test.each(LOOK_ALIKES.filter((id) => id !== ' 5'))(
    '401 for the id "%s" with the secret of token 5, without asking the database',
    async (id) => {
      app.forgetStatements();
      const answer = await sendRaw(app, [`GET ${ME} HTTP/1.1`, `Authorization: Bearer ${id}|${five.secret}`]);
      expectProblem(answer, 401, 'invalid_token');
      expect(app.statements).toEqual([]);
    },
  );

  test.each([
    ['an escaped space before the id', '%205'],
    ['a no-break space before the id', '\u00a05'],
    ['an id beyond 2^53 - 1', '9007199254740992'],
    ['id 0', '0'],
    ['no id', ''],
  ])('401 for %s, without asking the database', async (_, id) => {
    app.forgetStatements();
    const answer = await sendRaw(app, [`GET ${ME} HTTP/1.1`, `Authorization: Bearer ${id}|${five.secret}`]);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThanOrEqual(401);
    expect(app.statements).toEqual([]);
  });

  test.each([
    ['a checksum that is wrong', (secret: string) => secret.slice(0, 40) + '00000000'],
    [
      'a checksum in capitals',
      (secret: string) => secret.slice(0, 40) + secret.slice(40).toUpperCase() + 'A',
    ],
    ['a letter changed', (secret: string) => (secret.startsWith('A') ? 'B' : 'A') + secret.slice(1)],
    ['the last character missing', (secret: string) => secret.slice(0, -1)],
    ['the first character missing', (secret: string) => secret.slice(1)],
    ['a character too many', (secret: string) => `${secret}0`],
    ['a second bar', (secret: string) => `|${secret}`],
    ['a bar at the end', (secret: string) => `${secret}|`],
    ['a hyphen before it', (secret: string) => `-${secret}`],
    ['the whole secret twice', (secret: string) => secret + secret],
    ['ten thousand characters', (secret: string) => 'a'.repeat(10_000) + secret],
    ['no checksum', (secret: string) => secret.slice(0, 40)],
  ])('401 for a secret with %s, without asking the database', async (_, spoil) => {
    app.forgetStatements();
    const answer = await withAuthorization(app, `Bearer ${five.id}|${spoil(five.secret)}`);
    expectProblem(answer, 401, 'invalid_token');
    expect(app.statements).toEqual([]);
  });

  const paths = [...MALFORMED.filter((text) => text !== ''), ...LOOK_ALIKES];
  test.each(paths)('404 for "%s" in a path: no statement but that of the caller', async (text) => {
    const program = asProgram(app, caller);
    for (const segment of new Set([encodeURIComponent(text), encodeURI(text)])) {
      app.forgetStatements();
      expectProblem(await program.get(`${TOKENS}/${segment}`), 404, 'token_not_found');
      expectProblem(await program.delete(`${TOKENS}/${segment}`), 404, 'token_not_found');
      expect(app.statements).toHaveLength(2);
      for (const statement of app.statements) expect(statement).toMatch(/^\s*SELECT t\.id, t\.secret_hash/);
    }
  });

  test('404 for the path with nothing after the slash', async () => {
    expect((await asProgram(app, caller).get(`${TOKENS}/`)).status).toBe(404);
    expect((await asProgram(app, caller).delete(`${TOKENS}/`)).status).toBe(404);
  });

  test('token 5 has lived through it all', async () => {
    await asProgram(app, five).get(ME).expect(200);
    await asProgram(app, caller).get(`${TOKENS}/5`).expect(200);
  });
});

describe('TOKENS_REQUIRE_CHECKSUM', () => {
  const LEGACY = 'q'.repeat(40);

  test('true, the default: a secret without checksum is refused unasked', async () => {
    await withApp({}, async (app) => {
      const user = await createUser(app);
      const token = await createToken(app, user, { secretHash: await sha256(LEGACY) });
      app.forgetStatements();
      expectProblem(await withAuthorization(app, `Bearer ${token.id}|${LEGACY}`), 401, 'invalid_token');
      expect(app.statements).toEqual([]);
    });
  });

  test('false: it is admitted where it is right, and the checksum still counts where there is one', async () => {
    await withApp({ env: { TOKENS_REQUIRE_CHECKSUM: 'false' } }, async (app) => {
      const user = await createUser(app);
      const legacy = await createToken(app, user, { secretHash: await sha256(LEGACY) });
      const modern = await createToken(app, user);
      app.leaks.remember(LEGACY);
      await withAuthorization(app, `Bearer ${legacy.id}|${LEGACY}`).expect(200);
      await asProgram(app, modern).get(ME).expect(200);
      const wrong = await withAuthorization(app, `Bearer ${legacy.id}|${'r'.repeat(40)}`);
      expectProblem(wrong, 401, 'invalid_token');

      app.forgetStatements();
      const spoilt = modern.secret.slice(0, 40) + '00000000';
      for (const presented of [...MALFORMED, `${modern.id}|${spoilt}`, `+${legacy.id}|${LEGACY}`]) {
        expectProblem(await withAuthorization(app, `Bearer ${presented}`), 401, 'invalid_token');
      }
      expect(app.statements).toEqual([]);
    });
  });
});

async function sha256(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex');
}
