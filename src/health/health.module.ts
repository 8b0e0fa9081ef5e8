import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { ShutdownDelay } from './shutdown-delay.js';

@Module({ controllers: [HealthController, MetricsController], providers: [ShutdownDelay] })
export class HealthModule {}
