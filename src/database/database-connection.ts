import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem } from '../common/problem.js';
import { BackgroundFlush } from './background-flush.js';
import { DatabaseAwayProblem, isDatabaseAway } from './database-errors.js';
import { demotedColumn } from './demotion.js';
import { migrate } from './migrate.js';

const RETRY_MS = 1000;

/**
 * Opens and migrates the database when the service starts. If the database server is away, the service starts all the
 * same: it answers 503 and tries again until the database is there.
 */
@Injectable()
export class DatabaseConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DatabaseConnection.name);
  private readonly closing = new AbortController();
  private ready = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly background: BackgroundFlush,
  ) {}

  async onModuleInit(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      this.logger.warn(`The database is away; trying again every second. ${(error as Error).message}`);
      void this.openLater();
    }
  }

  /** NestJS calls it after the last request. This module is global, so all other rooms have stopped by then. */
  async onApplicationShutdown(): Promise<void> {
    await this.background.stop();
    this.closing.abort();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /** @throws DatabaseAwayProblem while the database does not answer, or its server is read-only */
  async ping(): Promise<void> {
    try {
      if (!this.ready) throw new Error('Not connected yet.');
      await this.dataSource.query(`SELECT ${demotedColumn(this.dataSource)}`);
    } catch (error) {
      throw new DatabaseAwayProblem(error);
    }
  }

  /** @returns what to tell the client about an error of the database; undefined for any other error */
  readonly problemOf = (error: unknown): Problem | undefined =>
    !this.ready || isDatabaseAway(error) ? new DatabaseAwayProblem(error) : undefined;

  private async open(): Promise<void> {
    await this.dataSource.initialize();
    try {
      await migrate(this.dataSource);
    } catch (error) {
      await this.dataSource.destroy();
      throw error;
    }
    this.ready = true;
  }

  private async openLater(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        await delay(RETRY_MS, undefined, { signal: this.closing.signal });
        await this.open();
        this.logger.log('The database is back.');
        return;
      } catch (error) {
        if (!isDatabaseAway(error) && (error as Error).name !== 'AbortError') this.logger.error(error);
      }
    }
  }
}
