import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';

/** The stop of the service waits this long for the collector. */
const FLUSH_WITHIN_MS = 2000;

/** Starts the SDK of OpenTelemetry if the settings ask for traces. Otherwise the SDK is not even loaded. */
@Injectable()
export class Tracing implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Tracing.name);
  private sdk: { shutdown(): Promise<void> } | undefined;

  constructor(private readonly settings: Settings) {}

  async onModuleInit(): Promise<void> {
    if (!this.settings.traces) return;
    const { startSdk } = await import('./tracing-sdk.js');
    this.sdk = startSdk(this.logger);
  }

  /** NestJS calls it after the last request. */
  async onApplicationShutdown(): Promise<void> {
    // If the collector is away, `WatchedExporter` has said so.
    const flushed = this.sdk?.shutdown().catch(() => undefined);
    await Promise.race([flushed, delay(FLUSH_WITHIN_MS, undefined, { ref: false })]);
  }
}
