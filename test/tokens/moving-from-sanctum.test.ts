import { readFile } from 'node:fs/promises';
import { hash } from '@node-rs/argon2';
import Sqlite from 'libsql';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDatabase, engine, type TestDatabase } from '../support/database.js';
import { expectProblem } from '../support/problems.js';
import { withAuthorization } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';
const TOKEN_ID = 4711;

interface Vector {
  readonly secret: string;
  readonly hash: string;
}

/** Tables as the migrations of Laravel 12 and Sanctum 4 make them, as far as both engines have the words. */
const LARAVEL = [
  `CREATE TABLE laravel.users (id bigint PRIMARY KEY, name varchar(255) NOT NULL, email varchar(255) NOT NULL,
    email_verified_at timestamp NULL, password varchar(255) NOT NULL, remember_token varchar(100) NULL,
    created_at timestamp NULL, updated_at timestamp NULL)`,
  `CREATE TABLE laravel.personal_access_tokens (id bigint PRIMARY KEY, tokenable_type varchar(255) NOT NULL,
    tokenable_id bigint NOT NULL, name text NOT NULL, token varchar(64) NOT NULL UNIQUE, abilities text NULL,
    last_used_at timestamp NULL, expires_at timestamp NULL, created_at timestamp NULL, updated_at timestamp NULL)`,
  `INSERT INTO laravel.users (id, name, email, password, created_at)
    VALUES (42, 'Ada Lovelace', 'Ada@Example.com', 'bcrypt', '2025-01-02 03:04:05')`,
];

/** The SQL of the document, in its order. */
async function statementsOfDocument(): Promise<string[]> {
  const text = await readFile('docs/moving-from-sanctum.md', 'utf8');
  const passwordHash = await hash('a password that nobody knows');
  return [...text.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, sql = '']) =>
    sql.replace("'HASH'", `'${passwordHash}'`),
  );
}

/** Runs them in Latchkey's database, with the other one at hand under the name `laravel`. */
async function run(statements: readonly string[], latchkey: string, laravel: TestDatabase) {
  if (engine === 'sqlite') {
    const connection = new Sqlite(latchkey.slice('sqlite:'.length));
    connection.exec(`ATTACH '${laravel.url.slice('sqlite:'.length)}' AS laravel`);
    for (const sql of statements) connection.exec(sql);
    connection.close();
    return;
  }
  const connection = await createConnection(latchkey);
  const name = new URL(laravel.url).pathname.slice(1);
  for (const sql of statements) await connection.query(sql.replaceAll('laravel.', `${name}.`));
  await connection.end();
}

describe('the statements of docs/moving-from-sanctum.md', () => {
  const app = useApp({ env: { TOKENS_REQUIRE_CHECKSUM: 'false' } });
  let laravel: TestDatabase;
  let current: Vector;
  let expired: Vector;
  let ofAnother: Vector;
  let limited: Vector;
  let legacy: Vector;

  const insertToken = (id: number, { hash }: Vector, type: string, abilities: string, expiresAt: string) =>
    `INSERT INTO laravel.personal_access_tokens
      (id, tokenable_type, tokenable_id, name, token, abilities, last_used_at, expires_at, created_at)
      VALUES (${id}, REPLACE('${type}', '/', CHAR(92)), 42, 'Deploy', '${hash}', ${abilities},
        '2025-03-04 05:06:07', ${expiresAt}, '2025-02-03 04:05:06')`;

  beforeAll(async () => {
    const vectors = JSON.parse(await readFile('test/support/sanctum-vectors.json', 'utf8')) as {
      tokens: [Vector, Vector, Vector, Vector];
      legacy: [Vector];
    };
    [current, expired, ofAnother, limited] = vectors.tokens;
    [legacy] = vectors.legacy;
    laravel = await createDatabase();
    for (const { secret } of [current, expired, ofAnother, limited, legacy]) app.leaks.remember(secret);
    const user = 'App/Models/User';
    const everything = `'["*"]'`;
    const setup = [
      ...LARAVEL,
      insertToken(TOKEN_ID, current, user, everything, 'NULL'),
      insertToken(TOKEN_ID + 1, expired, user, everything, `'2025-04-05 06:07:08'`),
      insertToken(TOKEN_ID + 2, ofAnother, 'App/Models/Robot', everything, 'NULL'),
      insertToken(TOKEN_ID + 3, limited, user, 'NULL', 'NULL'),
      insertToken(TOKEN_ID + 4, legacy, user, everything, 'NULL'),
    ];
    await run([...setup, ...(await statementsOfDocument())], app.databaseUrl, laravel);
  });
  afterAll(() => laravel.drop());

  const present = (id: number, { secret }: Vector, path = ME) =>
    app.request().get(path).set('Authorization', `Bearer ${id}|${secret}`);

  test('keep a token working for its user, and its id', async () => {
    const { body } = await present(TOKEN_ID, current).expect(200);
    expect(body).toEqual({
      id: 42,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      created_at: '2025-01-02T03:04:05.000Z',
    });
    await withAuthorization(app, `Bearer ${TOKEN_ID + 1}|${current.secret}`).expect(401);
  });

  test('keep name, scopes and times', async () => {
    const { body } = await present(TOKEN_ID, current, `${ME}/tokens/${TOKEN_ID + 1}`).expect(200);
    expect(body).toMatchObject({
      name: 'Deploy',
      scopes: ['*'],
      created_at: '2025-02-03T04:05:06.000Z',
      last_used_at: '2025-03-04T05:06:07.000Z',
      expires_at: '2025-04-05T06:07:08.000Z',
    });
  });

  test('do not wake an expired token', async () => {
    expectProblem(await present(TOKEN_ID + 1, expired), 401, 'token_expired');
  });

  test('give no scope where there were no abilities', async () => {
    expectProblem(await present(TOKEN_ID + 3, limited), 403, 'insufficient_scope');
  });

  test('leave tokens of other models behind', async () => {
    expectProblem(await present(TOKEN_ID + 2, ofAnother), 401, 'invalid_token');
  });

  test('keep a token without a checksum working, where the setting admits it', async () => {
    await present(TOKEN_ID + 4, legacy).expect(200);
  });

  test('let nobody sign in with a password of the old place', async () => {
    const credentials = { email: 'ada@example.com', password: 'bcrypt' };
    const answer = await app.request().post('/v1/auth/login').send(credentials);
    expectProblem(answer, 401, 'wrong_password');
  });
});
