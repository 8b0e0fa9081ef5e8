import { setImmediate as nextTurn } from 'node:timers/promises';
import { CREATED_AT, emailOf, USER_NAME } from './answer.mjs';
import { fromService } from './service-packages.mjs';
import { digestOf, introspectorId, userOf } from './tokens.mjs';

const Sqlite = fromService('libsql');

const ROWS_IN_STATEMENT = 2000;
const STATEMENTS_IN_TRANSACTION = 50;

const time = CREATED_AT.replace('T', ' ').replace('Z', '');

/** @typedef {(sql: string) => unknown} Execute */

/**
 * Fills the service's tables, a chunk at a time.
 * @param {Execute} execute
 * @param {number} tokens
 */
async function fill(execute, tokens) {
  await insert(execute, 'users (id, name, email, password_hash, created_at)', userOf(tokens), (id) => {
    return `(${id},'${USER_NAME}','${emailOf(id)}','','${time}')`;
  });
  const columns = 'personal_access_tokens (id, user_id, name, secret_hash, scopes, created_at)';
  await insert(execute, columns, tokens, (id) => {
    return `(${id},${userOf(id)},'bench','${digestOf(id)}','["*"]','${time}')`;
  });
  const id = introspectorId(tokens);
  await execute(
    `INSERT INTO ${columns} VALUES (${id},1,'bench','${digestOf(id)}','["tokens:introspect"]','${time}')`,
  );
}

/**
 * @param {Execute} execute
 * @param {string} into table and columns
 * @param {number} count of rows, by ids from 1
 * @param {(id: number) => string} row
 */
async function insert(execute, into, count, row) {
  const inTransaction = ROWS_IN_STATEMENT * STATEMENTS_IN_TRANSACTION;
  for (let from = 1; from <= count; from += ROWS_IN_STATEMENT) {
    if ((from - 1) % inTransaction === 0) await execute('BEGIN');
    const length = Math.min(ROWS_IN_STATEMENT, count - from + 1);
    const rows = Array.from({ length }, (_, at) => row(from + at));
    await execute(`INSERT INTO ${into} VALUES ${rows.join(',')}`);
    const done = from + length - 1;
    if (done === count || done % inTransaction === 0) await execute('COMMIT');
    // SQLite answers within the turn: without this, a signal to stop would wait for the last row.
    await nextTurn();
  }
}

/**
 * @param {string} path of a database the service has migrated
 * @param {number} tokens
 */
export async function seedSqlite(path, tokens) {
  const database = new Sqlite(path);
  try {
    database.exec('PRAGMA synchronous = OFF');
    await fill((sql) => database.exec(sql), tokens);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/**
 * @param {import('./mariadb.mjs').MariaDb} mariadb
 * @param {string} name of a database the service has migrated
 * @param {number} tokens
 */
export async function seedMariaDb({ connection }, name, tokens) {
  await connection.query(`USE \`${name}\``);
  await connection.query('SET unique_checks = 0, foreign_key_checks = 0');
  await fill((sql) => connection.query(sql), tokens);
}
