import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import { createDataSource } from './data-source.js';
import { DatabaseConnection } from './database-connection.js';

@Global()
@Module({
  providers: [
    {
      provide: DataSource,
      useFactory: (settings: Settings) => createDataSource(settings.database),
      inject: [Settings],
    },
    DatabaseConnection,
  ],
  exports: [DataSource, DatabaseConnection],
})
export class DatabaseModule {}
