/** The service as it is, with one more route: a public one that answers like GET /v1/current_user. */
import { Public } from '../../dist/access/access.decorator.js';
import { AppModule } from '../../dist/app.module.js';
import { settingsOrExit } from '../../dist/config/environment.js';
import { createAdapter } from '../../dist/http/adapter.js';
import { createLogger, PinoNestLogger } from '../../dist/http/logger.js';
import { setUp } from '../../dist/http/setup.js';
import { answerOf } from '../lib/answer.mjs';
import { decorate } from '../lib/decorate.mjs';
import { fromService } from '../lib/service-packages.mjs';

const { Controller, Get, Module } = fromService('@nestjs/common');
const { NestFactory } = fromService('@nestjs/core');

const user = answerOf(1);

class PublicController {
  get() {
    return user;
  }
}
decorate(PublicController, [Controller('bench/public'), Public()], { get: [Get()] });

class BenchModule {}
decorate(BenchModule, [Module({ controllers: [PublicController] })]);

const settings = settingsOrExit();
const logger = createLogger(settings);
const app = await NestFactory.create(
  { module: BenchModule, imports: [AppModule.forRoot(settings)] },
  createAdapter(settings, logger),
  { abortOnError: false, bodyParser: false, logger: new PinoNestLogger(logger) },
);
await setUp(app);
await app.listen(settings.port, settings.host);
