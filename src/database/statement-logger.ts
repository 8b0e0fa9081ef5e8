import { Logger as NestLogger } from '@nestjs/common';
import { AbstractLogger } from 'typeorm';

/**
 * Sends what TypeORM has to say to the service's log, without the parameters, which may be secret. It says nothing
 * of a statement that works, and nothing of one that fails: whoever ran it gets the error.
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

  /** Never called: what is not said above is switched off, as no logging is asked for. */
  protected writeLog(): void {}
}
