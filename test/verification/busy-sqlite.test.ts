import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Sqlite from 'libsql';
import { engine } from '../support/database.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
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

  test('a write that fails for another reason is undone, and the next one goes on', async () => {
    await expect(createUser(app, { email: user.email })).rejects.toThrow('UNIQUE');
    await asProgram(app, await createToken(app, user))
      .get('/v1/current_user')
      .expect(200);
  });
});
