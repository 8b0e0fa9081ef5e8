import 'reflect-metadata';
import cluster from 'node:cluster';
import { ShutdownSignal } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAdapter } from './http/adapter.js';
import { createLogger, PinoNestLogger } from './http/logger.js';
import { AppModule } from './app.module.js';
import { setUp } from './http/setup.js';
import { WorkerSupervisor } from './http/workers.js';
import { settingsOrExit } from './config/environment.js';
import { Metrics } from './metrics/metrics.js';
import { migrateOnce } from './database/migrate.js';
import { schema } from './schema.js';

/** Without the delay that was asked for, sooner than a supervisor, or an orchestrator, loses its patience. */
const STOP_WITHIN_MS = 14_000;

const STOP_SIGNALS = [ShutdownSignal.SIGTERM, ShutdownSignal.SIGINT];

const settings = settingsOrExit();
const logger = createLogger(settings);

async function serve(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings),
    createAdapter(settings, logger),
    { abortOnError: false, bodyParser: false, logger: new PinoNestLogger(logger) },
  );
  app.enableShutdownHooks(STOP_SIGNALS, { useProcessExit: true });
  // Not sooner: whoever listens to a signal keeps it from ending what has just begun to start.
  for (const signal of STOP_SIGNALS) process.once(signal, exitInTime);
  await setUp(app);
  app.get(Metrics).watchProcess();
  const { host, port, publicUrl } = settings;
  await app.listen({
    host,
    port,
    listenTextResolver: (address) =>
      `Latchkey listens on ${address} - open ${publicUrl.origin} - API documentation: ${publicUrl.origin}/docs`,
  });
}

/** Draining has its own limits; this one holds when the database will not let go either. */
function exitInTime(): void {
  setTimeout(() => process.exit(1), settings.shutdownDelayMs + STOP_WITHIN_MS).unref();
}

async function supervise(): Promise<void> {
  await migrateOnce(settings.database, schema);
  new WorkerSupervisor(logger, settings).start();
}

// Once, not in every worker.
if (cluster.isPrimary) for (const warning of settings.warnings) logger.warn(warning);
try {
  await (settings.workers > 1 && cluster.isPrimary ? supervise() : serve());
} catch (error) {
  logger.fatal(`Latchkey could not start: ${(error as Error).message}`);
  // What has been opened by then would keep the process alive.
  process.exit(1);
}
