/** The service as it is, with one more route: a public one that answers like GET /v1/current_user. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Public } from '../../dist/auth/access.decorator.js';
import { createAdapter } from '../../dist/app.http.js';
import { createLogger, PinoNestLogger } from '../../dist/app.logger.js';
import { AppModule } from '../../dist/app.module.js';
import { setUp } from '../../dist/app.setup.js';
import { settingsOrExit } from '../../dist/config/environment.js';

const USER = {
  id: 1,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  created_at: '2026-11-23T16:25:33.787Z',
};

class PublicController {
  get() {
    return USER;
  }
}
Controller('bench/public')(PublicController);
Public()(PublicController);
Get()(PublicController.prototype, 'get', Object.getOwnPropertyDescriptor(PublicController.prototype, 'get'));

class BenchModule {}
Module({ controllers: [PublicController] })(BenchModule);

const settings = settingsOrExit();
const logger = createLogger(settings);
const app = await NestFactory.create(
  { module: BenchModule, imports: [AppModule.forRoot(settings)] },
  createAdapter(settings, logger),
  { abortOnError: false, bodyParser: false, logger: new PinoNestLogger(logger) },
);
await setUp(app);
await app.listen(settings.port, settings.host);
