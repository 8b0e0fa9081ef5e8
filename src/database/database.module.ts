import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import { Metrics } from '../metrics/metrics.js';
import { traceStatements } from '../tracing/statement-spans.js';
import { BackgroundFlush } from './background-flush.js';
import { createDataSource } from './data-source.js';
import { DatabaseConnection } from './database-connection.js';
import { countStatements, watchStatements } from './watched-statements.js';

@Global()
@Module({
  providers: [
    {
      provide: DataSource,
      useFactory: (settings: Settings, metrics: Metrics) => {
        const dataSource = createDataSource(settings.database);
        watchStatements(dataSource, countStatements(metrics));
        if (settings.traces) watchStatements(dataSource, traceStatements(settings.database.engine));
        return dataSource;
      },
      inject: [Settings, Metrics],
    },
    BackgroundFlush,
    DatabaseConnection,
  ],
  exports: [BackgroundFlush, DataSource, DatabaseConnection],
})
export class DatabaseModule {}
