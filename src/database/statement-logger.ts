import { Logger as NestLogger } from '@nestjs/common';
import { AbstractLogger } from 'typeorm';

/**
 * Writes TypeORM's messages to the service's log, without the parameters, which may be secret. It does not log
 * statements, not even failed ones: their caller gets the error.
 */
export class StatementLogger extends AbstractLogger {
  private readonly logger = new NestLogger('Database');

  override logQuerySlow(milliseconds: number, sql: string): void {
    this.logger.warn(`A statement took ${milliseconds} ms: ${sql}`);
  }

  override logMigration(message: string): void {
    this.logger.debug(message);
  }

  override log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.logger.warn(message);
    else this.logger.debug(message);
  }

  /** Never called, because TypeORM's `logging` is off. */
  protected writeLog(): void {}
}
