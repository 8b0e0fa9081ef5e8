import { randomBytes } from 'node:crypto';
import { existsSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { DataSource } from 'typeorm';

/** The engine this run is about: MySQL or MariaDB under `npm run test:mysql`, SQLite otherwise. */
export const engine: Engine = process.env.TEST_ENGINE === 'mysql' ? 'mysql' : 'sqlite';

const MEMORY = '/dev/shm';
const ROOM_BYTES = 256 * 1024 * 1024;

export type Engine = 'mysql' | 'sqlite';

export interface TestDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database of its own: a new file, or a new database on the server. */
export async function createDatabase(on = engine): Promise<TestDatabase> {
  return on === 'mysql' ? createMysqlDatabase() : createSqliteFile(fastDirectory());
}

/** Whatever engine this run is about. */
export async function createSqliteFile(parent = tmpdir()): Promise<TestDatabase> {
  const directory = await mkdtemp(join(parent, 'latchkey-'));
  return {
    url: `sqlite:${join(directory, 'test.sqlite')}`,
    drop: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Memory, where Linux has room for files in it: a write waits for no disk there. No test of this kind cuts the power. */
function fastDirectory(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES ? MEMORY : tmpdir();
}

async function createMysqlDatabase(): Promise<TestDatabase> {
  const url = new URL(process.env.DATABASE_URL ?? '');
  const name = `latchkey_test_${randomBytes(6).toString('hex')}`;
  await onServer(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => onServer(url, `DROP DATABASE ${name}`) };
}

async function onServer(url: URL, sql: string): Promise<void> {
  const connection = await createConnection({
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

/** Every row of every table, as one text. */
export async function dump(dataSource: DataSource): Promise<string> {
  const tables = dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const rows = await Promise.all(
    tables.map((table) => dataSource.query<unknown[]>(`SELECT * FROM ${table}`)),
  );
  return JSON.stringify(rows);
}
