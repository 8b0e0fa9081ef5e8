import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { Settings } from '../config/settings.js';

class ShuttingDownProblem extends Problem {
  constructor() {
    super('shutting_down', 'The service is shutting down.', { headers: { 'retry-after': '5' } });
  }
}

/**
 * Delays the end of listening after the signal to stop. Meanwhile everything is served, but readiness says no, so
 * that load balancers send new requests elsewhere before connections are closed.
 */
@Injectable()
export class ShutdownDelay implements OnModuleDestroy {
  private stopping = false;

  constructor(private readonly settings: Settings) {}

  /** NestJS calls it before rooms give up anything that they need to serve. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await delay(this.settings.shutdownDelayMs);
  }

  /** @throws ShuttingDownProblem after the signal */
  assertServing(): void {
    if (this.stopping) throw new ShuttingDownProblem();
  }
}
