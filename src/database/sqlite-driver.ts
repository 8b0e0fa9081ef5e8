import Sqlite from 'libsql';

type Statement = Sqlite.Statement;

/** Statements that take no write lock, or begin or end a transaction themselves. */
const READS = /^\s*(SELECT|PRAGMA|EXPLAIN|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i;

/**
 * libsql without a dangerous fault. When a statement finds the file locked, libsql never resets it, and while it
 * exists, its connection goes on reading the state of that time. A deleted token would still be good there. So a write
 * first takes the lock, in a statement that leaves nothing behind, and then cannot find the file locked (ADR 25).
 *
 * `prepare`, `run` and `all` are replaced, because TypeORM writes only by these.
 */
export class SqliteDatabase extends Sqlite {
  constructor(path: string, options?: Sqlite.Options) {
    super(path, options);
    const prepare = (sql: string): Statement => super.prepare(sql);
    Object.assign(this, { prepare: (sql: string) => this.lockFirst(sql, prepare(sql)) });
  }

  private lockFirst(sql: string, statement: Statement): Statement {
    if (READS.test(sql)) return statement;
    const run = statement.run.bind(statement);
    const all = statement.all.bind(statement);
    return Object.assign(statement, {
      run: (...parameters: unknown[]) => this.locked(() => run(...parameters)),
      all: (...parameters: unknown[]) => this.locked(() => all(...parameters)),
    });
  }

  /** @throws SQLITE_BUSY if another process has the lock; then nothing was done */
  private locked<T>(write: () => T): T {
    if (this.isInTransaction()) return write();
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = write();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.isInTransaction()) this.exec('ROLLBACK');
      throw error;
    }
  }

  /** Not remembered, because some errors end a transaction by themselves. */
  private isInTransaction(): boolean {
    return this.inTransaction;
  }
}
