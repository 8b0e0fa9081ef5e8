import { Writable } from 'node:stream';
import type { ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import supertest from 'supertest';
import { DataSource, type Logger as StatementLog } from 'typeorm';
import { createAdapter } from '../../src/http/adapter.js';
import { createLogger, PinoNestLogger } from '../../src/http/logger.js';
import { AppModule } from '../../src/app.module.js';
import { setUp } from '../../src/http/setup.js';
import { Clock } from '../../src/config/clock.js';
import { type Environment, readSettings, type Settings } from '../../src/config/settings.js';
import { StatementLogger } from '../../src/database/statement-logger.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { ORIGIN } from '../harness/service.js';
import { GENEROUS } from './generous.js';
import { TestClock } from './clock.js';
import { createDatabase, type TestDatabase } from './database.js';
import { LeakWatch } from './leaks.js';

export interface StartOptions {
  /** Settings, as an operator gives them. */
  readonly env?: Environment;
  /** A database to share; otherwise the app gets an empty one of its own and drops it. */
  readonly database?: TestDatabase;
  /** More modules, such as one with a route that fails. */
  readonly imports?: ModuleMetadata['imports'];
}

/** The real application on a real port and a real database. Several may run side by side. */
export class TestApp {
  // All of these are there once it has started.
  app!: NestFastifyApplication;
  settings!: Settings;
  clock!: TestClock;
  leaks!: LeakWatch;
  /** Statements sent to the database since the last `forgetStatements`. */
  statements!: string[];
  /** Where it listens. */
  url!: string;
  databaseUrl!: string;
  private dropDatabase!: () => Promise<void>;

  constructor(private readonly options: StartOptions = {}) {}

  static start(options?: StartOptions): Promise<TestApp> {
    return new TestApp(options).start();
  }

  async start(): Promise<this> {
    const { env, database, imports = [] } = this.options;
    const own = database ?? (await createDatabase());
    this.databaseUrl = own.url;
    this.dropDatabase = database === undefined ? () => own.drop() : () => Promise.resolve();
    this.settings = readSettings({
      NODE_ENV: 'test',
      PORT: '0',
      PUBLIC_URL: ORIGIN,
      LOG_LEVEL: 'trace',
      // Tests flush by hand, so that none depends on time.
      BACKGROUND_FLUSH_MS: '3600000',
      ...GENEROUS,
      DATABASE_URL: own.url,
      ...env,
    });
    this.clock = new TestClock();
    this.leaks = new LeakWatch();
    this.statements = [];
    const logger = createLogger(this.settings, lineCollector(this.leaks.logLines));
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(this.settings), ...imports] })
      .overrideProvider(Clock)
      .useValue(this.clock)
      .setLogger(new PinoNestLogger(logger))
      .compile();
    this.app = module.createNestApplication<NestFastifyApplication>(createAdapter(this.settings, logger), {
      bodyParser: false,
    });
    // TypeORM asks the data source for its logger with every statement.
    Object.assign(this.dataSource, { logger: new StatementRecorder(this.statements) satisfies StatementLog });
    this.leaks.watch(this.app.getHttpAdapter().getInstance());
    try {
      await setUp(this.app);
      await this.app.listen(0, '127.0.0.1');
    } catch (error) {
      await this.dropDatabase();
      throw error;
    }
    this.url = await this.app.getUrl();
    return this;
  }

  get dataSource(): DataSource {
    return this.app.get(DataSource);
  }

  /** The log so far, each line parsed. */
  get log(): Record<string, unknown>[] {
    return this.leaks.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** All that it has counted, as Prometheus reads it. */
  metrics(): Promise<string> {
    return this.app.get(Metrics).registry.metrics();
  }

  /** A request without credentials; see `requests.ts` for those with. */
  request(): ReturnType<typeof supertest> {
    return supertest(this.url);
  }

  forgetStatements(): void {
    this.statements.length = 0;
  }

  /** Stops the app. @throws Error if a secret was found anywhere it must not be */
  async stop(): Promise<void> {
    try {
      await this.leaks.assertNone(this.dataSource, await this.metrics());
    } finally {
      await this.app.close();
      await this.dropDatabase();
    }
  }
}

class StatementRecorder extends StatementLogger {
  constructor(private readonly statements: string[]) {
    super();
  }

  override logQuery(sql: string): void {
    this.statements.push(sql);
  }
}

const lineCollector = (lines: string[]): Writable =>
  new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      lines.push(line.trimEnd());
      done();
    },
  });
