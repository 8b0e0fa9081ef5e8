import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asPerson, asProgram, withAuthorization } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const ME = '/v1/current_user';

interface Vector {
  readonly secret: string;
  readonly hash: string;
}

interface Vectors {
  readonly tokens: readonly (Vector & { readonly prefix: string; readonly random: string })[];
  readonly legacy: readonly Vector[];
}

/**
 * Made by PHP's own functions, by the rules of Laravel Sanctum 4 (`HasApiTokens::generateTokenString` and
 * `createToken`); `legacy` by those of the releases without a checksum. To make others:
 * `php test/support/sanctum-vectors.php > test/support/sanctum-vectors.json`.
 */
const vectors = JSON.parse(
  readFileSync(new URL('../support/sanctum-vectors.json', import.meta.url), 'utf8'),
) as Vectors;

/** CRC-32 by its definition, bit by bit, so that no library is its own judge. */
function crc32(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `PersonalAccessToken::findToken`: split at the first bar, find by id, compare the hashes. */
function sanctumAccepts(rows: readonly PersonalAccessToken[], presented: string): boolean {
  const bar = presented.indexOf('|');
  const row = rows.find(({ id }) => String(id) === presented.slice(0, bar));
  return row?.secretHash === sha256(presented.slice(bar + 1));
}

describe('the vectors', () => {
  test('are what the rule says: prefix, forty characters, their checksum', () => {
    expect(vectors.tokens).toHaveLength(18);
    for (const { prefix, random, secret, hash } of vectors.tokens) {
      expect(random).toMatch(/^[A-Za-z0-9]{40}$/);
      expect(secret).toBe(prefix + random + crc32(random));
      expect(hash).toBe(sha256(secret));
    }
    expect(vectors.tokens.some(({ prefix, secret }) => secret[prefix.length + 40] === '0')).toBe(true);
  });

  test('the check value of CRC-32 comes out right', () => {
    expect(crc32('123456789')).toBe('cbf43926');
  });
});

describe.each(['', 'acme_'])('a token made here with the prefix "%s"', (prefix) => {
  test('satisfies the rules of Sanctum', async () => {
    await withApp({ env: { TOKEN_PREFIX: prefix } }, async (app) => {
      const person = await asPerson(app, await createUser(app));
      for (let n = 0; n < 20; n += 1) {
        await person
          .post(`${ME}/tokens/create`)
          .send({ token_name: `For Laravel ${n}` })
          .expect(201);
      }
      const { body } = await person.post(`${ME}/tokens/create`).send({ token_name: 'Last' }).expect(201);
      const { token } = body as { token: string };
      const rows = await app.dataSource.getRepository(PersonalAccessToken).find();
      expect(sanctumAccepts(rows, token)).toBe(true);
      expect(sanctumAccepts(rows, token.replace(/.$/, 'x'))).toBe(false);
      const secret = token.slice(token.indexOf('|') + 1);
      const random = secret.slice(prefix.length, prefix.length + 40);
      expect(secret).toBe(prefix + random + crc32(random));
    });
  });
});

describe('a table moved over from a Laravel application', () => {
  const app = useApp();
  let user: TestUser;

  beforeAll(async () => {
    user = await createUser(app);
  });

  test.each(vectors.tokens)('keeps token $secret working', async ({ secret, hash }) => {
    app.leaks.remember(secret);
    const { id } = await createToken(app, user, { secretHash: hash });
    await withAuthorization(app, `Bearer ${id}|${secret}`).expect(200);
    await withAuthorization(app, `Bearer ${id + 1}|${secret}`).expect(401);
  });

  test('keeps its ids, and goes on counting above them', async () => {
    const id = 4_000_000_000;
    await createToken(app, user, { id });
    const person = await asPerson(app, user);
    const { body } = await person.post(`${ME}/tokens/create`).send({ token_name: 'New here' }).expect(201);
    const { token } = body as { token: string };
    expect(Number(token.split('|')[0])).toBeGreaterThan(id);
    await asProgram(app, token).get(ME).expect(200);
  });
});

describe('a table from a release without a checksum, with TOKENS_REQUIRE_CHECKSUM=false', () => {
  test('keeps its tokens working', async () => {
    await withApp({ env: { TOKENS_REQUIRE_CHECKSUM: 'false' } }, async (app) => {
      const user = await createUser(app);
      expect(vectors.legacy.map(({ secret }) => secret.length)).toEqual([40, 80]);
      for (const { secret, hash } of vectors.legacy) {
        app.leaks.remember(secret);
        const { id } = await createToken(app, user, { secretHash: hash });
        await withAuthorization(app, `Bearer ${id}|${secret}`).expect(200);
      }
    });
  });
});
