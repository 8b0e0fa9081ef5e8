import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { VerifiedToken } from 'latchkey-client';
import { CurrentToken, LatchkeyGuard, LatchkeyModule, RequireScopes } from 'latchkey-client/nestjs';

@Controller('projects')
class ProjectsController {
  @Get()
  @RequireScopes('projects:read')
  list(@CurrentToken() { userId, tokenName }: VerifiedToken) {
    return { userId, tokenName };
  }

  @Get('secret')
  @RequireScopes('projects:secret')
  secret() {
    return {};
  }
}

const { LATCHKEY_URL: url = '', LATCHKEY_TOKEN: token = '' } = process.env;

@Module({
  imports: [LatchkeyModule.forRoot({ url, token })],
  controllers: [ProjectsController],
  providers: [{ provide: APP_GUARD, useClass: LatchkeyGuard }],
})
class AppModule {}

async function start() {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}

void start();
