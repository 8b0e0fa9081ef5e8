import { describe, expect, test } from '@jest/globals';
import { PasswordHasher } from '../../src/auth/password-hasher.js';
import type { TestApp } from '../support/app.js';
import { createUser, PASSWORD } from '../support/factories.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const WRONG = 'certainly not the password';

const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });
let addresses = 0;

/** An address nobody has used yet. */
const newAddress = (): string => {
  addresses += 1;
  return `198.51.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
};

const attempt = (email: string, password: string, address: string, on: TestApp = app) =>
  on.request().post('/v1/auth/login').set('X-Forwarded-For', address).send({ email, password });

const statusOf = async (email: string, password: string, address: string, on = app): Promise<number> =>
  (await attempt(email, password, address, on)).status;

async function fail(times: number, email: string, address: string, on = app): Promise<void> {
  for (let n = 0; n < times; n += 1) expect(await statusOf(email, WRONG, address, on)).toBe(401);
}

/** How many passwords were compared while the work went on. */
async function countHashes(work: () => Promise<unknown>): Promise<number> {
  const hasher = app.app.get(PasswordHasher);
  const verify = hasher.verify.bind(hasher);
  let count = 0;
  hasher.verify = (...given) => {
    count += 1;
    return verify(...given);
  };
  try {
    await work();
  } finally {
    hasher.verify = verify;
  }
  return count;
}

describe('guessing one account at one address', () => {
  test('after ten failures: 429, says when to come back, and does not even try', async () => {
    const { email } = await createUser(app);
    const address = newAddress();
    await fail(10, email, address);
    const hashes = await countHashes(async () => {
      const { body, headers } = await attempt(email, PASSWORD, address).expect(429);
      expect(body).toMatchObject({ status: 429, code: 'too_many_attempts' });
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(900);
      expect(headers['set-cookie']).toBeUndefined();
    });
    expect(hashes).toBe(0);
  });

  test('an account that does not exist is refused after as many', async () => {
    const address = newAddress();
    await fail(10, 'nobody@example.com', address);
    expect(await statusOf('nobody@example.com', WRONG, address)).toBe(429);
  });

  test('it is one account in every spelling of its address', async () => {
    const { email } = await createUser(app);
    const address = newAddress();
    await fail(5, email, address);
    await fail(5, email.toUpperCase(), address);
    expect(await statusOf(email.replace('u', 'U'), WRONG, address)).toBe(429);
  });

  test('attempts in parallel cannot slip past', async () => {
    const { email } = await createUser(app);
    const address = newAddress();
    let statuses: number[] = [];
    const hashes = await countHashes(async () => {
      statuses = await Promise.all(Array.from({ length: 40 }, () => statusOf(email, WRONG, address)));
    });
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    expect(hashes).toBe(10);
  });

  test('others at the same address, and the owner elsewhere, sign in as ever', async () => {
    const [{ email }, neighbour] = [await createUser(app), await createUser(app)];
    const address = newAddress();
    await fail(10, email, address);
    expect(await statusOf(neighbour.email, PASSWORD, address)).toBe(200);
    expect(await statusOf(email, PASSWORD, newAddress())).toBe(200);
  });

  test('a success forgives the failures before it', async () => {
    const { email } = await createUser(app);
    const address = newAddress();
    for (let round = 0; round < 3; round += 1) {
      await fail(9, email, address);
      expect(await statusOf(email, PASSWORD, address)).toBe(200);
    }
  });

  test('what is no attempt does not count', async () => {
    const { email } = await createUser(app);
    const address = newAddress();
    await fail(9, email, address);
    for (let n = 0; n < 5; n += 1) expect(await statusOf(email, '', address)).toBe(400);
    expect(await statusOf(email, PASSWORD, address)).toBe(200);
  });
});

describe('guessing many accounts from one address', () => {
  test('after a hundred failures the address is refused, and no other', async () => {
    const { email } = await createUser(app);
    const address = newAddress();
    for (let from = 0; from < 100; from += 20) {
      const twenty = Array.from({ length: 20 }, (_, n) => `victim${from + n}@example.com`);
      const statuses = await Promise.all(twenty.map((victim) => statusOf(victim, WRONG, address)));
      expect(new Set(statuses)).toEqual(new Set([401]));
    }
    expect(await statusOf('victim100@example.com', WRONG, address)).toBe(429);
    expect(await statusOf(email, PASSWORD, newAddress())).toBe(200);
  });
});

describe('guessing one account from many addresses', () => {
  const besiege = async (email: string) => {
    for (let stranger = 0; stranger < 10; stranger += 1) {
      const address = newAddress();
      await Promise.all(Array.from({ length: 10 }, () => statusOf(email, WRONG, address)));
    }
  };

  test('strangers are stopped, the owner is not where they usually sign in', async () => {
    const { email } = await createUser(app);
    const home = newAddress();
    expect(await statusOf(email, PASSWORD, home)).toBe(200);
    await besiege(email);
    const hashes = await countHashes(async () => {
      expect(await statusOf(email, WRONG, newAddress())).toBe(429);
    });
    expect(hashes).toBe(0);
    expect(await statusOf(email, PASSWORD, home)).toBe(200);
    // One slip of the finger at home is still only a slip.
    expect(await statusOf(email, WRONG, home)).toBe(401);
    expect(await statusOf(email, PASSWORD, home)).toBe(200);
  });

  test('the owner is not stopped where they registered', async () => {
    const [email, home] = ['owner@example.com', newAddress()];
    await app
      .request()
      .post('/v1/auth/register')
      .set('X-Forwarded-For', home)
      .send({ name: 'Owner', email, password: PASSWORD })
      .expect(201);
    await besiege(email);
    expect(await statusOf(email, WRONG, newAddress())).toBe(429);
    expect(await statusOf(email, PASSWORD, home)).toBe(200);
  });
});

describe('whose address counts', () => {
  test.each([
    ['without TRUST_PROXY nobody can choose one', {}],
    ['another proxy than the trusted one cannot choose it either', { TRUST_PROXY: '192.0.2.1' }],
  ])('%s', (_, env) =>
    withApp({ env }, async (on) => {
      const { email } = await createUser(on);
      for (let n = 0; n < 10; n += 1) await fail(1, email, newAddress(), on);
      expect(await statusOf(email, WRONG, newAddress(), on)).toBe(429);
    }),
  );

  test('with a trusted proxy it is the one the proxy saw, not what the client put before it', async () => {
    const { email } = await createUser(app);
    const address = newAddress();
    for (let n = 0; n < 10; n += 1) await fail(1, email, `${newAddress()}, ${address}`);
    expect(await statusOf(email, WRONG, `${newAddress()}, ${address}`)).toBe(429);
    expect(await statusOf(email, WRONG, newAddress())).toBe(401);
  });
});
