import type { DataSource, QueryRunner } from 'typeorm';
import type { Metrics } from '../metrics/metrics.js';
import { isContention, isDatabaseAway, isUniqueViolation } from './database-errors.js';

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

/** Runs a statement, and throws what it throws. */
type Watch = <T>(statement: () => Promise<T>, sql: string) => Promise<T>;

/**
 * Watches every statement of a data source. Repositories, query builders, transactions and migrations all use a query
 * runner and call its `query`, which is replaced. TypeORM's logger and subscribers are not enough: they only hear of a
 * statement, but a span must be around it.
 */
export function watchStatements(dataSource: DataSource, watch: Watch): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  // SQLite has one runner, which is handed out again and again.
  const watched = new WeakSet<QueryRunner>();
  dataSource.createQueryRunner = (mode) => {
    const runner = create(mode);
    if (!watched.has(runner)) {
      watched.add(runner);
      const query = runner.query.bind(runner) as Query;
      runner.query = ((...given: Parameters<Query>) =>
        watch(() => query(...given), given[0])) as typeof runner.query;
    }
    return runner;
  };
}

export const countStatements =
  (metrics: Metrics): Watch =>
  async (statement) => {
    const startedAt = performance.now();
    try {
      const result = await statement();
      metrics.statements.ok.add();
      return result;
    } catch (error) {
      metrics.statements[outcomeOf(error)].add();
      throw error;
    } finally {
      metrics.statementSeconds.observe((performance.now() - startedAt) / 1000);
    }
  };

function outcomeOf(error: unknown): Exclude<keyof Metrics['statements'], 'ok'> {
  if (isUniqueViolation(error)) return 'duplicate';
  if (isContention(error)) return 'contention';
  return isDatabaseAway(error) ? 'away' : 'failed';
}
