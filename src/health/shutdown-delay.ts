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
 * Between the signal to stop and the end of listening: everything is served as before, but readiness says no, so
 * that load balancers send new requests elsewhere before a connection is closed on them.
 */
@Injectable()
export class ShutdownDelay implements OnModuleDestroy {
  private stopping = false;

  constructor(private readonly settings: Settings) {}

  /** Before any room lets go of what it needs to serve. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await delay(this.settings.shutdownDelayMs);
  }

  /** @throws ShuttingDownProblem 503 after the signal */
  assertServing(): void {
    if (this.stopping) throw new ShuttingDownProblem();
  }
}
