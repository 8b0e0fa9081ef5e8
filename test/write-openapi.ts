import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../src/app.module.js';
import { describeApi, printApi } from '../src/http/openapi.js';
import { readSettings } from '../src/config/settings.js';

/** `npm run openapi`: writes `openapi.json` anew from the code. Needs no database. */
const app = await NestFactory.create(AppModule.forRoot(readSettings({})), new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
await writeFile('openapi.json', printApi(describeApi(app)));
