import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Sqlite from 'libsql';
import { SessionRepository } from '../../src/auth/session.repository.js';
import { IdempotencyRepository } from '../../src/tokens/idempotency/idempotency.repository.js';
import { ALWAYS } from '../../src/access/principal.js';
import { TokenRepository } from '../../src/tokens/token.repository.js';
import { UserRepository } from '../../src/users/user.repository.js';
import { engine } from '../support/database.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { valueOf } from '../support/metrics.js';
import { asProgram } from '../support/requests.js';
import { until } from '../support/until.js';
import { useApp } from '../support/use-app.js';

/** Another process that writes to the same file: another worker, or the operator's command line. */
(engine === 'sqlite' ? describe : describe.skip)('a SQLite file that another process has locked', () => {
  const app = useApp();
  let user: TestUser;
  let other: InstanceType<typeof Sqlite>;

  beforeAll(async () => {
    user = await createUser(app);
    other = new Sqlite(app.databaseUrl.slice('sqlite:'.length));
  });
  afterAll(() => {
    other.close();
  });

  test.each([
    ['UPDATE users SET name = name', 'run'],
    ['INSERT INTO sessions SELECT * FROM sessions', 'run'],
    ['DELETE FROM sessions', 'run'],
    ['DELETE FROM sessions RETURNING id_hash', 'all'],
  ])('a write that finds it locked leaves nothing behind: "%s"', async (sql) => {
    const token = await createToken(app, user);
    const program = asProgram(app, token);
    other.exec('BEGIN IMMEDIATE');
    await expect(app.dataSource.query(sql)).rejects.toThrow('database is locked');
    other.exec('COMMIT');
    await program.get('/v1/current_user').expect(200);
    // The connection must not go on reading what it read just now.
    other.exec(`DELETE FROM personal_access_tokens WHERE id = ${token.id}`);
    await program.get('/v1/current_user').expect(401);
    // And it can write again.
    await app.dataSource.query(sql);
  });

  test.each<[what: string, write: (user: TestUser, now: Date) => Promise<unknown>]>([
    [
      'a user',
      (_, createdAt) => {
        const user = {
          name: 'Ada',
          email: 'ada@example.com',
          passwordHash: 'x',
          isService: false,
          createdAt,
        };
        return app.app.get(UserRepository).insert(user);
      },
    ],
    [
      'a password',
      ({ id }) => app.app.get(UserRepository).updatePassword({ id, version: 0, passwordHash: 'x' }, ALWAYS),
    ],
    ['a better hash', ({ id }) => app.app.get(UserRepository).updateHash(id, 0, 'x')],
    [
      'a session',
      ({ id: userId }, now) => {
        const times = { createdAt: now, lastSeenAt: now, expiresAt: now };
        return app.app.get(SessionRepository).insert({ idHash: 'x', userId, passwordVersion: 0, ...times });
      },
    ],
    [
      'an idempotency key',
      ({ id: userId }, claimedAt) => {
        const hashes = { keyHash: 'x', requestHash: 'x', secretHash: 'x' };
        return app.app.get(IdempotencyRepository).insert({ ...hashes, userId, tokenId: null, claimedAt });
      },
    ],
    ['a delete', ({ id }) => app.app.get(TokenRepository).delete(id, 1, ALWAYS)],
  ])('what finds it locked is written when it is free: %s', async (_, write) => {
    const owner = await createUser(app);
    const attempts = async () =>
      valueOf(await app.metrics(), 'latchkey_database_statements_total', { outcome: 'contention' });
    const before = await attempts();
    other.exec('BEGIN IMMEDIATE');
    const writing = write(owner, app.clock.now()).then(() => 'written', String);
    await until(async () => (await attempts()) > before).finally(() => other.exec('COMMIT'));
    expect(await writing).toBe('written');
  });

  test('a write that fails for another reason is undone, and the next one goes on', async () => {
    await expect(createUser(app, { email: user.email })).rejects.toThrow('UNIQUE');
    await asProgram(app, await createToken(app, user))
      .get('/v1/current_user')
      .expect(200);
  });
});
