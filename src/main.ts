import 'reflect-metadata';
import cluster from 'node:cluster';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAdapter } from './app.http.js';
import { createLogger, PinoNestLogger } from './app.logger.js';
import { AppModule } from './app.module.js';
import { setUp } from './app.setup.js';
import { WorkerSupervisor } from './app.workers.js';
import { settingsOrExit } from './config/environment.js';
import { migrateOnce } from './database/migrate.js';

const settings = settingsOrExit();
const logger = createLogger(settings);

async function serve(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings),
    createAdapter(settings, logger),
    { abortOnError: false, bodyParser: false, logger: new PinoNestLogger(logger) },
  );
  await setUp(app);
  const { host, port, publicUrl } = settings;
  await app.listen({
    host,
    port,
    listenTextResolver: (address) =>
      `Latchkey listens on ${address} - open ${publicUrl.origin} - API documentation: ${publicUrl.origin}/docs`,
  });
}

async function supervise(): Promise<void> {
  await migrateOnce(settings.database);
  new WorkerSupervisor(logger).start(settings.workers);
}

try {
  await (settings.workers > 1 && cluster.isPrimary ? supervise() : serve());
} catch (error) {
  logger.fatal(`Latchkey could not start: ${(error as Error).message}`);
  process.exitCode = 1;
}
