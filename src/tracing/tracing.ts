import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';

/** The end of the service waits no longer for a collector. */
const FLUSH_WITHIN_MS = 2000;

/** Has the SDK of OpenTelemetry, where traces are asked for; where they are not, it is not even loaded. */
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

  /** Comes after the last request. */
  async onApplicationShutdown(): Promise<void> {
    // A collector that does not take them has been complained about.
    const flushed = this.sdk?.shutdown().catch(() => undefined);
    await Promise.race([flushed, delay(FLUSH_WITHIN_MS, undefined, { ref: false })]);
  }
}
