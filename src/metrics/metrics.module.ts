import { Global, Module } from '@nestjs/common';
import { HttpMetrics } from './http-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { Scrape } from './scrape.js';

/** Every room may count. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [Metrics, HttpMetrics, Scrape],
  exports: [Metrics, HttpMetrics],
})
export class MetricsModule {}
