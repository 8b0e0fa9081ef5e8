import { Global, Module } from '@nestjs/common';
import { HttpMetrics } from './http-metrics.js';
import { Metrics } from './metrics.js';
import { Scrape } from './scrape.js';

/** Every room may count. */
@Global()
@Module({ providers: [Metrics, HttpMetrics, Scrape], exports: [Metrics, HttpMetrics, Scrape] })
export class MetricsModule {}
