import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import { Session } from '../../src/auth/session.entity.js';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { Lease } from '../../src/retention/lease.entity.js';
import { schema } from '../../src/schema.js';
import { IdempotencyKey } from '../../src/tokens/idempotency/idempotency-key.entity.js';
import { RetiredSecret } from '../../src/tokens/verification/retired-secret.entity.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { User } from '../../src/users/user.entity.js';
import { createDatabase, engine, type TestDatabase } from '../support/database.js';

const TABLES = [
  'audit_events',
  'idempotency_keys',
  'leases',
  'personal_access_tokens',
  'retired_secrets',
  'sessions',
  'users',
];

let database: TestDatabase;
let opened: DataSource[];

async function open(): Promise<DataSource> {
  const { database: settings } = readSettings({ DATABASE_URL: database.url });
  const dataSource = await createDataSource(settings, schema).initialize();
  opened.push(dataSource);
  return dataSource;
}

/** The statements that would make the schema what the entities say. */
async function differences(dataSource: DataSource): Promise<string[]> {
  // MariaDB writes a default of NULL as the text 'NULL', which TypeORM reads as it is only from the type
  // `mariadb`; the service itself says `mysql` to both servers.
  if (engine === 'mysql' && (await isMariaDb(dataSource))) {
    Object.assign(dataSource.driver.options, { type: 'mariadb' });
  }
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function isMariaDb(dataSource: DataSource): Promise<boolean> {
  const [row] = await dataSource.query<{ version: string }[]>('SELECT VERSION() AS version');
  return row?.version.includes('MariaDB') ?? false;
}

async function tablesOf(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const found: string[] = [];
    for (const table of TABLES) if (await runner.hasTable(table)) found.push(table);
    return found;
  } finally {
    await runner.release();
  }
}

beforeEach(async () => {
  database = await createDatabase();
  opened = [];
});
afterEach(async () => {
  for (const dataSource of opened) if (dataSource.isInitialized) await dataSource.destroy();
  await database.drop();
});

describe('the migrations', () => {
  test('make the schema that the entities describe', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    expect(await tablesOf(dataSource)).toEqual(TABLES);
    expect(await differences(dataSource)).toEqual([]);
  });

  test('would be found to differ, if they did', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    await dataSource.query('ALTER TABLE users ADD COLUMN forgotten varchar(10)');
    expect(await differences(dataSource)).not.toEqual([]);
  });

  test('each can be undone and done again', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    for (let undone = 1; undone <= schema.migrations.length; undone += 1) {
      for (let n = 0; n < undone; n += 1) await dataSource.undoLastMigration();
      await migrate(dataSource);
    }
    expect(await differences(dataSource)).toEqual([]);
    for (let left = schema.migrations.length; left > 0; left -= 1) await dataSource.undoLastMigration();
    expect(await tablesOf(dataSource)).toEqual([]);
  });

  test('done a second time, do nothing', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    await insertUser(dataSource);
    await migrate(dataSource);
    expect(await dataSource.getRepository(User).count()).toBe(1);
    const rows = await dataSource.query<unknown[]>('SELECT * FROM migrations');
    expect(rows).toHaveLength(schema.migrations.length);
  });
});

const TIME = new Date('2026-11-23T16:25:33.787Z');

async function insertUser(dataSource: DataSource): Promise<number> {
  const user = {
    name: 'Ada',
    email: 'ada@example.com',
    passwordHash: 'x',
    createdAt: TIME,
    disabledAt: TIME,
  };
  const { identifiers } = await dataSource.getRepository(User).insert(user);
  return Number(identifiers[0]?.id);
}

async function insertRows(dataSource: DataSource): Promise<void> {
  const userId = await insertUser(dataSource);
  const times = { createdAt: TIME, lastSeenAt: TIME, expiresAt: TIME };
  await dataSource.getRepository(Session).insert({ idHash: 'x', userId, passwordVersion: 0, ...times });
  const hashes = { keyHash: 'x', requestHash: 'x', secretHash: 'x' };
  await dataSource.getRepository(IdempotencyKey).insert({ ...hashes, userId, claimedAt: TIME });
  const tokens = dataSource.getRepository(PersonalAccessToken);
  const token = () => ({
    userId,
    name: 'x',
    secretHash: 'x',
    scopes: ['*'],
    createdAt: TIME,
    expiresAt: TIME,
    lastUsedAt: TIME,
    previousSecretExpiresAt: TIME,
    previousSecretLastUsedAt: TIME,
    rotatedAt: TIME,
  });
  const { identifiers } = await tokens.insert(token());
  await tokens.insert({ ...token(), parentId: Number(identifiers[0]?.id) });
  await dataSource
    .getRepository(RetiredSecret)
    .insert({ secretHash: 'a'.repeat(64), tokenId: 1, retiredAt: TIME });
  await dataSource.getRepository(AuditEvent).insert({
    userId,
    kind: 'signed_in',
    tokenId: 1,
    actorTokenId: 2,
    count: 1,
    createdAt: TIME,
    lastAt: TIME,
  });
  await dataSource.getRepository(Lease).update({ name: 'pruning' }, { expiresAt: TIME });
}

describe('what leaves the database', () => {
  test('ids are numbers, in every table, on every engine', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    await insertRows(dataSource);
    const [user] = await dataSource.getRepository(User).find();
    const [session] = await dataSource.getRepository(Session).find();
    const [token, child] = await dataSource.getRepository(PersonalAccessToken).find({ order: { id: 'ASC' } });
    expect(user?.id).toBe(1);
    expect(session).toMatchObject({ userId: 1, passwordVersion: 0 });
    expect(token).toMatchObject({ id: 1, userId: 1, parentId: null });
    expect(child).toMatchObject({ id: 2, userId: 1, parentId: 1 });
    const [event] = await dataSource.getRepository(AuditEvent).find();
    expect(event).toMatchObject({ id: 1, userId: 1, tokenId: 1, actorTokenId: 2, count: 1 });
  });

  test('the largest id is still exact', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    const id = Number.MAX_SAFE_INTEGER;
    const user = { id, name: 'Ada', email: 'ada@example.com', passwordHash: 'x', createdAt: TIME };
    await dataSource.getRepository(User).insert(user);
    expect(await dataSource.getRepository(User).findOneBy({ id })).toMatchObject({ id });
  });

  test('times keep their milliseconds, and are UTC in the table', async () => {
    const dataSource = await open();
    await migrate(dataSource);
    await insertRows(dataSource);
    const timeColumns = dataSource.entityMetadatas.flatMap((entity) =>
      entity.columns
        .filter(({ type }) => type === 'datetime')
        .map(({ propertyName, databaseName }) => ({ entity, propertyName, databaseName })),
    );
    expect(timeColumns.length).toBeGreaterThan(10);
    for (const { entity, propertyName, databaseName } of timeColumns) {
      const [found] = await dataSource.getRepository(entity.target).find();
      expect(found?.[propertyName]).toEqual(TIME);
      const [row] = await dataSource.query<{ text: string }[]>(
        `SELECT CAST(${databaseName} AS CHAR) AS text FROM ${entity.tableName} LIMIT 1`,
      );
      expect(row?.text).toBe('2026-11-23 16:25:33.787');
    }
  });
});

(engine === 'mysql' ? describe : describe.skip)('instances that start at once on one server', () => {
  test('take turns with the migrations, and all of them find the schema', async () => {
    const first = await open();
    const instances = [first, await open(), await open(), await open()];
    await Promise.all(instances.map((instance) => migrate(instance)));
    for (const instance of instances) expect(await tablesOf(instance)).toEqual(TABLES);
    const rows = await first.query<unknown[]>('SELECT * FROM migrations');
    expect(rows).toHaveLength(schema.migrations.length);
    const locks = await first.query<{ held: string | number | null }[]>(
      "SELECT IS_USED_LOCK(SHA1(CONCAT('latchkey-migrations/', DATABASE()))) AS held",
    );
    expect(locks).toEqual([{ held: null }]);
  });
});
