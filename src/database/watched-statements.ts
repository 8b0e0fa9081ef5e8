import type { DataSource, QueryRunner } from 'typeorm';
import type { Metrics } from '../metrics/metrics.js';
import { isContention, isDatabaseAway, isUniqueViolation } from './database-errors.js';

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

/** Runs a statement, and throws what it throws. */
type Watch = <T>(statement: () => Promise<T>, sql: string) => Promise<T>;

/**
 * Sees every statement of a data source, whoever sends it: repositories, query builders, transactions and migrations
 * all ask for a query runner, and call its `query`. TypeORM's own logger and subscribers only hear of a statement:
 * a span has to go around it.
 */
export function watchStatements(dataSource: DataSource, watch: Watch): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  // SQLite has one runner for all.
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
