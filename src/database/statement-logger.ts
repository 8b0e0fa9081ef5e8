import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from 'typeorm';

/** Sends what TypeORM has to say to the service's log, without the parameters, which may be secret. */
export class StatementLogger implements Logger {
  private readonly logger = new NestLogger('Database');

  logQuery(): void {}

  /** Whoever ran the statement gets the error. */
  logQueryError(): void {}

  logQuerySlow(milliseconds: number, sql: string): void {
    this.logger.warn(`A statement took ${milliseconds} ms: ${sql}`);
  }

  logSchemaBuild(): void {}

  logMigration(message: string): void {
    this.logger.debug(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.logger.warn(message);
    else this.logger.debug(message);
  }
}
