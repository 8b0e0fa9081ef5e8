import 'reflect-metadata';
import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
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

/** Shorter than supervisors and orchestrators wait before they kill. `SHUTDOWN_DELAY_MS` comes on top. */
const STOP_WITHIN_MS = 14_000;

const STOP_SIGNALS = [ShutdownSignal.SIGTERM, ShutdownSignal.SIGINT];

// Objects of a request must stay young, so that collecting them is cheap (ADR 33). A worker sets this for itself.
setFlagsFromString('--no-allocation-site-pretenuring');

const settings = settingsOrExit();
const logger = createLogger(settings);

async function serve(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings),
    createAdapter(settings, logger),
    { abortOnError: false, bodyParser: false, logger: new PinoNestLogger(logger) },
  );
  app.enableShutdownHooks(STOP_SIGNALS, { useProcessExit: true });
  // Not earlier, because a listener keeps the signal from ending a process that is still starting.
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

/** The last resort, for example when the database does not close its connections. */
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
  // Connections that are open already would keep the process alive.
  process.exit(1);
}
