import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { LatchkeyGuard, LatchkeyModule } from 'latchkey-client/nestjs';
import { HealthController } from './health.controller.js';
import { ProjectsController } from './projects.controller.js';
import type { Settings } from './settings.js';

/** Every route needs a token, for the guard is that of the whole application; `@Public()` opts out. */
@Module({})
export class AppModule {
  static forRoot({ latchkeyUrl, latchkeyToken }: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [LatchkeyModule.forRoot({ url: latchkeyUrl, token: latchkeyToken })],
      controllers: [HealthController, ProjectsController],
      providers: [{ provide: APP_GUARD, useClass: LatchkeyGuard }],
    };
  }
}
