import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataSource, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import { SqliteDatabase } from './sqlite-driver.js';
import { execute } from './statement.js';
import { StatementLogger } from './statement-logger.js';
import { watchStatements } from './statement.js';

interface Note {
  id: number;
  text: string;
}

const NoteEntity = new EntitySchema<Note>({
  name: 'notes',
  columns: { id: { type: 'integer', primary: true, generated: true }, text: { type: 'varchar' } },
});

class Notes1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE notes (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, text varchar NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('notes');
  }
}

/** What TypeORM itself says that it has sent. */
class Sent extends StatementLogger {
  readonly statements: string[] = [];

  override logQuery(sql?: string): void {
    if (sql !== undefined) this.statements.push(sql);
  }
}

describe('watchStatements', () => {
  let dataSource: DataSource;
  let sent: Sent;
  let seen: string[];

  beforeEach(async () => {
    sent = new Sent();
    seen = [];
    dataSource = new DataSource({
      type: 'better-sqlite3',
      driver: SqliteDatabase,
      database: ':memory:',
      entities: [NoteEntity],
      migrations: [Notes1764000000000],
      logger: sent,
    });
    watchStatements(dataSource, (statement, sql) => {
      seen.push(sql);
      return statement();
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
  });
  afterEach(() => dataSource.destroy());

  const notes = () => dataSource.getRepository(NoteEntity);

  test.each<[way: string, work: () => Promise<unknown>]>([
    ['a migration', () => dataSource.undoLastMigration()],
    ['plain SQL', () => dataSource.query('SELECT 1')],
    ['execute', () => execute(dataSource, 'DELETE FROM notes', [])],
    ['insert', () => notes().insert({ text: 'x' })],
    ['update', () => notes().update({ id: 1 }, { text: 'y' })],
    ['find', () => notes().findOneBy({ id: 1 })],
    ['a query builder', () => notes().createQueryBuilder('n').where('n.id > 0').getRawAndEntities()],
    ['a transaction', () => dataSource.transaction((manager) => manager.save(NoteEntity, { text: 'z' }))],
    ['a failure', () => dataSource.query('SELECT text FROM nowhere').catch(() => undefined)],
  ])('sees every statement of %s, once', async (_, work) => {
    expect(seen).toEqual(sent.statements);
    const before = seen.length;
    await work();
    expect(seen.length).toBeGreaterThan(before);
    expect(seen).toEqual(sent.statements);
  });

  test('throws what a statement throws, and returns what it returns', async () => {
    await expect(dataSource.query('SELECT text FROM nowhere')).rejects.toThrow('no such table: nowhere');
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
