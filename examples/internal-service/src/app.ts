import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Settings } from './settings.js';

/** Starts to listen; port 0 takes a free one. */
export async function startApp(settings: Settings): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings),
    new FastifyAdapter(),
    { logger: ['fatal', 'error', 'warn'] },
  );
  app.enableShutdownHooks();
  await app.listen(settings.port, '127.0.0.1');
  return app;
}
