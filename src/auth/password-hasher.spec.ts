import { describe, expect, test } from '@jest/globals';
import { hashSync } from '@node-rs/argon2';
import { SignInBusyProblem } from './auth.errors.js';
import { Metrics } from '../metrics/metrics.js';
import { PasswordHasher } from './password-hasher.js';

const PASSWORD = 'violet otters argue rarely';
const CHEAP = hashSync(PASSWORD, { memoryCost: 64, timeCost: 1, parallelism: 1 });

/** A hasher with nothing to do: the hash it makes at its start is done. */
async function idleHasher(): Promise<PasswordHasher> {
  const hasher = new PasswordHasher(new Metrics());
  await hasher.verify(undefined, PASSWORD);
  return hasher;
}

/** What became of many verifications that were asked for at once. */
async function outcomes(hasher: PasswordHasher, count: number) {
  const results = await Promise.allSettled(
    Array.from({ length: count }, () => hasher.verify(CHEAP, PASSWORD)),
  );
  return {
    right: results.filter((result) => result.status === 'fulfilled' && result.value).length,
    busy: results.filter(
      (result) => result.status === 'rejected' && result.reason instanceof SignInBusyProblem,
    ).length,
  };
}

describe('hashing', () => {
  test('is argon2id with the parameters OWASP names first, and a salt of its own', async () => {
    const hasher = new PasswordHasher(new Metrics());
    const [first, second] = await Promise.all([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
  });

  test.each([
    ['the same', PASSWORD, true],
    ['one that ends otherwise', `${PASSWORD}.`, false],
    ['one in another case', PASSWORD.toUpperCase(), false],
    ['none', '', false],
  ])('verifying %s', async (_, given, right) => {
    expect(await new PasswordHasher(new Metrics()).verify(CHEAP, given)).toBe(right);
  });

  test('forms of Unicode that look the same are the same', async () => {
    const hasher = new PasswordHasher(new Metrics());
    const stored = await hasher.hash('cafe\u0301 \ufb01ne \uff41nd good');
    expect(await hasher.verify(stored, 'caf\u00e9 fine and good')).toBe(true);
  });

  test('no account is never right', async () => {
    expect(await new PasswordHasher(new Metrics()).verify(undefined, PASSWORD)).toBe(false);
    expect(await new PasswordHasher(new Metrics()).verify(undefined, '')).toBe(false);
  });
});

describe('a stored hash', () => {
  test.each([
    ['less memory', { memoryCost: 19_455, timeCost: 2 }, true],
    ['fewer passes', { memoryCost: 19_456, timeCost: 1 }, true],
    ['less memory, more passes', { memoryCost: 12_288, timeCost: 3 }, true],
    ['the parameters of today', { memoryCost: 19_456, timeCost: 2 }, false],
    ['more of both', { memoryCost: 20_000, timeCost: 3 }, false],
  ])('with %s is outdated: %j %s', (_, parameters, outdated) => {
    expect(
      new PasswordHasher(new Metrics()).isOutdated(hashSync(PASSWORD, { ...parameters, parallelism: 1 })),
    ).toBe(outdated);
  });
});

describe('how much happens at once', () => {
  test('two at most are hashed and a hundred wait; who comes then is told to come again', async () => {
    expect(await outcomes(await idleHasher(), 110)).toEqual({ right: 102, busy: 8 });
  });

  test('an unknown account takes its place in the queue like a known one', async () => {
    const hasher = await idleHasher();
    const others = outcomes(hasher, 102);
    await expect(hasher.verify(undefined, PASSWORD)).rejects.toBeInstanceOf(SignInBusyProblem);
    await expect(hasher.hash(PASSWORD)).rejects.toMatchObject({
      status: 503,
      code: 'sign_in_busy',
      headers: { 'retry-after': '2' },
    });
    expect(await others).toEqual({ right: 102, busy: 0 });
  });

  test('there is room again afterwards', async () => {
    const hasher = await idleHasher();
    await outcomes(hasher, 110);
    expect(await outcomes(hasher, 102)).toEqual({ right: 102, busy: 0 });
  });

  test('a hash that cannot be read gives its place back', async () => {
    const hasher = await idleHasher();
    for (let n = 0; n < 4; n += 1) await expect(hasher.verify('nonsense', PASSWORD)).rejects.toThrow();
    expect(await hasher.verify(CHEAP, PASSWORD)).toBe(true);
  });
});
