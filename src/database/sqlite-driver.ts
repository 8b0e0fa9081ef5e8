import Sqlite from 'libsql';

type Statement = Sqlite.Statement;

/** What takes no lock, or is about one itself. */
const READS = /^\s*(SELECT|PRAGMA|EXPLAIN|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i;

/**
 * libsql, with its one dangerous corner covered: a statement that finds the file locked stays active, for libsql
 * never resets it, and as long as it exists, its connection goes on reading the state of that time. A deleted
 * token would be good there. A write therefore takes the lock first, in a statement that leaves nothing behind,
 * and can then no longer find the file locked (ADR 25).
 *
 * `prepare`, `run` and `all` are replaced, for TypeORM writes by these and no others.
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

  /** @throws SQLITE_BUSY where another process has the lock: nothing was done */
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

  /** Asked anew each time: some errors end the transaction by themselves. */
  private isInTransaction(): boolean {
    return this.inTransaction;
  }
}
