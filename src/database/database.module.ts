import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import { Metrics } from '../metrics/metrics.js';
import { traceStatements } from '../tracing/statement-spans.js';
import { createDataSource, type Schema } from './data-source.js';
import { BackgroundFlush } from './background-flush.js';
import { DatabaseConnection } from './database-connection.js';
import { countStatements, watchStatements } from './statement.js';

@Global()
@Module({
  providers: [BackgroundFlush, DatabaseConnection],
  exports: [BackgroundFlush, DatabaseConnection],
})
export class DatabaseModule {
  static forRoot(schema: Schema): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: DataSource,
          useFactory: (settings: Settings, metrics: Metrics) => {
            const dataSource = createDataSource(settings.database, schema);
            watchStatements(dataSource, countStatements(metrics));
            if (settings.traces) watchStatements(dataSource, traceStatements(settings.database.engine));
            return dataSource;
          },
          inject: [Settings, Metrics],
        },
      ],
      exports: [DataSource],
    };
  }
}
