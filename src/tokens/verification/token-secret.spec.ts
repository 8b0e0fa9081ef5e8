import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { digest } from '../../common/digest.js';
import { checksum, matchingSecret, mintSecret, parseToken } from './token-secret.js';

const RANDOM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN';
const SECRET = RANDOM + checksum(RANDOM);

describe('mintSecret', () => {
  test.each(['', 'acme_', 'A'.repeat(32)])(
    'makes prefix "%s", 40 letters and digits, 8 of checksum',
    (prefix) => {
      const { secret } = mintSecret(prefix);
      expect(secret).toMatch(new RegExp(`^${prefix}[A-Za-z0-9]{40}[0-9a-f]{8}$`));
      expect(secret.slice(-8)).toBe(checksum(secret.slice(prefix.length, -8)));
    },
  );

  test('stores the SHA-256 of all of it', () => {
    const { secret, hash } = mintSecret('acme_');
    expect(hash).toBe(createHash('sha256').update(secret).digest('hex'));
  });

  test('never makes one twice', () => {
    const secrets = new Set(Array.from({ length: 1000 }, () => mintSecret('').secret));
    expect(secrets.size).toBe(1000);
  });

  test('uses all 62 characters alike, at every place', () => {
    const made = Array.from({ length: 3000 }, () => mintSecret('').secret.slice(0, 40));
    const counts = new Map<string, number>();
    for (const character of made.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 120,000 draws of 62: 1935 each, standard deviation 44. Seven of them do not happen.
    const expected = (3000 * 40) / 62;
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(7 * 44);
    for (let place = 0; place < 40; place += 1) {
      expect(new Set(made.map((random) => random[place])).size).toBe(62);
    }
  });
});

describe('checksum', () => {
  test.each([
    ['123456789', 'cbf43926'],
    ['', '00000000'],
    ['a', 'e8b7be43'],
    ['The quick brown fox jumps over the lazy dog', '414fa339'],
  ])('of "%s" is %s', (text, expected) => {
    expect(checksum(text)).toBe(expected);
  });

  test('keeps its leading zeros', () => {
    const texts = Array.from({ length: 2000 }, (_, n) => checksum(String(n)));
    expect(texts.some((sum) => sum.startsWith('00'))).toBe(true);
    for (const sum of texts) expect(sum).toMatch(/^[0-9a-f]{8}$/);
  });
});

describe('parseToken', () => {
  test.each(['', 'acme_', 'other_', '_', '9', 'x'.repeat(32)])(
    'takes a token with the prefix "%s"',
    (prefix) => {
      const secret = prefix + SECRET;
      expect(parseToken(`7|${secret}`, true)).toEqual({ id: 7, secret });
      expect(parseToken(`7|${secret}`, false)).toEqual({ id: 7, secret });
    },
  );

  test.each([
    '',
    '|',
    'test',
    '|test',
    '1ABC|test',
    '1ABC|',
    '1,2|test',
    '7',
    '7|',
    SECRET,
    `|${SECRET}`,
    `0|${SECRET}`,
    `7||${SECRET}`,
    `7|8|${SECRET}`,
    ` 7|${SECRET}`,
    `7 |${SECRET}`,
    `7| ${SECRET}`,
    `7|${SECRET} `,
    `7|${SECRET}\n`,
    `7|${SECRET}|`,
    `7|${SECRET}\0`,
    `7|${SECRET.toUpperCase()}`,
    `7|${SECRET.slice(0, -1)}`,
    `7|${SECRET.slice(1)}`,
    `7|-${SECRET}`,
    `7|é${SECRET}`,
    `7|${RANDOM}00000000`,
    `9007199254740992|${SECRET}`,
  ])('takes nothing else: %j', (presented) => {
    expect(parseToken(presented, true)).toBeUndefined();
  });

  test('refuses a prefix longer than any that could be set', () => {
    expect(parseToken(`7|${'x'.repeat(33)}${SECRET}`, true)).toBeUndefined();
  });

  test('refuses every secret with one character changed', () => {
    for (let at = 0; at < SECRET.length; at += 1) {
      const other = SECRET[at] === '0' ? '1' : '0';
      const spoilt = SECRET.slice(0, at) + other + SECRET.slice(at + 1);
      expect(parseToken(`7|${spoilt}`, true)).toBeUndefined();
    }
  });

  test('without a required checksum, takes what earlier releases of Sanctum made', () => {
    for (const secret of ['q'.repeat(40), 'q'.repeat(80)]) {
      expect(parseToken(`7|${secret}`, false)).toEqual({ id: 7, secret });
      expect(parseToken(`7|${secret}`, true)).toBeUndefined();
    }
  });

  test('without a required checksum, still refuses what is too short, too long, or of our length and wrong', () => {
    for (const secret of [
      '',
      'test',
      'q'.repeat(15),
      'q'.repeat(129),
      `${RANDOM}00000000`,
      'q-'.repeat(20),
    ]) {
      expect(parseToken(`7|${secret}`, false)).toBeUndefined();
    }
  });
});

describe('matchingSecret', () => {
  test('finds the secret whose hash is stored, and nothing else', () => {
    const hashes = { current: digest(SECRET), previous: digest('the one before') };
    expect(matchingSecret(SECRET, hashes)).toBe('current');
    expect(matchingSecret('the one before', hashes)).toBe('previous');
    expect(matchingSecret(`${SECRET}x`, hashes)).toBeUndefined();
    expect(matchingSecret('another', hashes)).toBeUndefined();
    expect(matchingSecret(digest(SECRET), hashes)).toBeUndefined();
  });

  test('finds nothing where nothing is stored, not even the secret of the dummy', () => {
    for (const secret of [SECRET, 'no such token']) {
      expect(matchingSecret(secret, {})).toBeUndefined();
      expect(matchingSecret(secret, { current: digest('another'), previous: null })).toBeUndefined();
      expect(matchingSecret(secret, { current: undefined, previous: null })).toBeUndefined();
    }
  });

  test.each(['', 'revoked', digest(SECRET).slice(1), `${digest(SECRET)}0`, 'é'.repeat(64)])(
    'finds nothing in what is no hash: %j',
    (stored) => {
      for (const secret of [SECRET, 'no such token']) {
        expect(matchingSecret(secret, { current: stored, previous: stored })).toBeUndefined();
      }
      const previous = digest('the one before');
      expect(matchingSecret('the one before', { current: stored, previous })).toBe('previous');
    },
  );
});
