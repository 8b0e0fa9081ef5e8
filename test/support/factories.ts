import { hashSync } from '@node-rs/argon2';
import { EVERYTHING } from '../../src/access/scopes.js';
import { mintSecret } from '../../src/tokens/verification/token-secret.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { User } from '../../src/users/user.entity.js';
import type { TestApp } from './app.js';

/** The password of every user made here. */
export const PASSWORD = 'a canary sings in the coal mine';
const PASSWORD_HASH = hashSync(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

/** Of the right form, checksum and all, so that only the database can say that no token has it. */
export const UNKNOWN_SECRET = `${'A'.repeat(40)}2ae98c30`;

let made = 0;

export interface TestUser {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

/** A user, put straight into the database. */
export async function createUser(app: TestApp, overrides: Partial<User> = {}): Promise<TestUser> {
  made += 1;
  app.leaks.remember(PASSWORD);
  const user = {
    name: `User ${made}`,
    email: `user${made}@example.com`,
    passwordHash: PASSWORD_HASH,
    createdAt: app.clock.now(),
    ...overrides,
  };
  const { identifiers } = await app.dataSource.getRepository(User).insert(user);
  return { id: Number(identifiers[0]?.id), name: user.name, email: user.email };
}

export interface TestToken {
  readonly id: number;
  readonly secret: string;
  /** `{id}|{secret}`, as it is presented. */
  readonly plainText: string;
}

/** A token of that user, put straight into the database: with any scopes, expiry or ranges. */
export async function createToken(
  app: TestApp,
  user: TestUser,
  overrides: Partial<PersonalAccessToken> = {},
): Promise<TestToken> {
  const { secret, hash } = mintSecret(app.settings.tokenPrefix);
  app.leaks.remember(secret);
  const { identifiers } = await app.dataSource.getRepository(PersonalAccessToken).insert({
    userId: user.id,
    name: 'Automation Script',
    secretHash: hash,
    scopes: [EVERYTHING],
    createdAt: app.clock.now(),
    ...overrides,
  });
  const id = Number(identifiers[0]?.id);
  return { id, secret, plainText: `${id}|${secret}` };
}

/** The secret of a token the API handed out. */
export const secretOf = (plainText: string): string => plainText.slice(plainText.indexOf('|') + 1);

/** Many of them at once, the first the oldest, for lists. Nobody knows their secrets. */
export async function createTokens(app: TestApp, user: TestUser, names: readonly string[]): Promise<void> {
  const rows = names.map((name) => ({
    userId: user.id,
    name,
    secretHash: mintSecret(app.settings.tokenPrefix).hash,
    scopes: [EVERYTHING],
    createdAt: app.clock.now(),
  }));
  await app.dataSource.getRepository(PersonalAccessToken).insert(rows);
}
