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
import { GENEROUS } from './generous.js';
import { TestClock } from './clock.js';
import { createDatabase, type TestDatabase } from './database.js';
import { LeakWatch } from './leaks.js';

/** What the service believes its address is, and so what a browser's Origin must be. */
export const ORIGIN = 'http://localhost:3000';

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
  private constructor(
    readonly app: NestFastifyApplication,
    readonly settings: Settings,
    readonly clock: TestClock,
    readonly leaks: LeakWatch,
    /** Statements sent to the database since the last `forgetStatements`. */
    readonly statements: string[],
    /** Where it listens. */
    readonly url: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async start({ env = {}, database, imports = [] }: StartOptions = {}): Promise<TestApp> {
    const own = database ?? (await createDatabase());
    const settings = readSettings({
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
    const clock = new TestClock();
    const leaks = new LeakWatch();
    const logger = createLogger(settings, lineCollector(leaks.logLines));
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(settings), ...imports] })
      .overrideProvider(Clock)
      .useValue(clock)
      .setLogger(new PinoNestLogger(logger))
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(createAdapter(settings, logger), {
      bodyParser: false,
    });
    const statements: string[] = [];
    Object.assign(app.get(DataSource), { logger: new StatementRecorder(statements) satisfies StatementLog });
    leaks.watch(app.getHttpAdapter().getInstance());
    const drop = database === undefined ? () => own.drop() : () => Promise.resolve();
    try {
      await setUp(app);
      await app.listen(0, '127.0.0.1');
    } catch (error) {
      await drop();
      throw error;
    }
    return new TestApp(app, settings, clock, leaks, statements, await app.getUrl(), drop);
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

  override logQuery(sql?: string): void {
    if (sql !== undefined) this.statements.push(sql);
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
