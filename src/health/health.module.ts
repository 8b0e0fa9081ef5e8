import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { ShutdownDelay } from './shutdown-delay.js';

@Module({ controllers: [HealthController], providers: [ShutdownDelay] })
export class HealthModule {}
