import Sqlite from 'libsql';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LastUsed } from '../../src/tokens/verification/last-used.js';
import { TestApp } from '../support/app.js';
import { createDatabase, engine, type TestDatabase } from '../support/database.js';
import { createToken, createUser, type TestToken } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { ServiceProcess } from '../harness/service.js';

/** Somebody else's transaction that has locked a token's row (SQLite: everything there is to write). */
async function lockRow(url: string, id: number): Promise<() => Promise<void>> {
  if (engine === 'sqlite') {
    const connection = new Sqlite(url.slice('sqlite:'.length));
    connection.exec('BEGIN IMMEDIATE');
    return () => {
      connection.exec('ROLLBACK');
      connection.close();
      return Promise.resolve();
    };
  }
  const connection = await createConnection(url);
  await connection.query('START TRANSACTION');
  await connection.query('SELECT id FROM personal_access_tokens WHERE id = ? FOR UPDATE', [id]);
  return async () => {
    await connection.query('ROLLBACK');
    await connection.end();
  };
}

describe('a token row locked by another transaction', () => {
  const app = useApp();
  let token: TestToken;

  beforeAll(async () => {
    token = await createToken(app, await createUser(app));
  });

  test('delays no verification; the stamp is written when the row is free', async () => {
    const lastUsed = app.app.get(LastUsed);
    const program = asProgram(app, token);
    await program.get('/v1/current_user').expect(200);

    const release = await lockRow(app.databaseUrl, token.id);
    let flushed = false;
    const flush = lastUsed.flush().then(() => {
      flushed = true;
    });
    for (let n = 0; n < 10; n += 1) await program.get('/v1/current_user').expect(200);
    expect(flushed).toBe(false);
    await release();
    await flush;
    await lastUsed.flush();

    const [row] = await app.dataSource.query<{ last_used_ip: string | null }[]>(
      'SELECT last_used_ip FROM personal_access_tokens WHERE id = ?',
      [token.id],
    );
    expect(row?.last_used_ip).toBe('127.0.0.1');
  });
});

describe('the stamps a process has not written yet', () => {
  let database: TestDatabase;
  let token: TestToken;

  beforeAll(async () => {
    database = await createDatabase();
    const app = await TestApp.start({ database });
    token = await createToken(app, await createUser(app));
    await app.stop();
  });
  afterAll(() => database.drop());

  const use = async ({ url }: ServiceProcess) => {
    const headers = { authorization: `Bearer ${token.plainText}` };
    const answer = await fetch(`${url}/v1/current_user/tokens/current`, { headers });
    return { status: answer.status, body: (await answer.json()) as { last_used_at: string | null } };
  };
  /** What the database holds. */
  const stored = async (): Promise<unknown> => {
    const app = await TestApp.start({ database });
    const [row] = await app.dataSource.query<{ last_used_at: unknown }[]>(
      'SELECT last_used_at FROM personal_access_tokens WHERE id = ?',
      [token.id],
    );
    await app.stop();
    return row?.last_used_at;
  };

  test('are lost with kill -9, and nothing else is: the token is good as before', async () => {
    const env = { DATABASE_URL: database.url, BACKGROUND_FLUSH_MS: '3600000' };
    const service = await ServiceProcess.start(env);
    expect((await use(service)).body.last_used_at).not.toBeNull();
    expect(await service.stop('SIGKILL')).toBe('SIGKILL');
    expect(await stored()).toBeNull();
  });

  test('are written on SIGTERM, and the process ends with 0', async () => {
    const env = { DATABASE_URL: database.url, BACKGROUND_FLUSH_MS: '3600000' };
    const service = await ServiceProcess.start(env);
    expect((await use(service)).status).toBe(200);
    expect(await service.stop('SIGTERM')).toBe(0);
    expect(await stored()).not.toBeNull();
  });
});
