import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { SessionService } from '../auth/session.service.js';
import { HOUR_MS, MINUTE_MS } from '../common/durations.js';
import { Clock } from '../config/clock.js';
import { RateLimits } from '../limits/rate-limits.js';
import { IdempotencyService } from '../tokens/idempotency/idempotency.service.js';
import { TokenRetention } from '../tokens/token-retention.js';
import { LeaseRepository } from './lease.repository.js';

/** Not at once, because a start has enough to do. */
const FIRST_AFTER_MS = 5 * MINUTE_MS;
const EVERY_MS = HOUR_MS;
/** Shorter than an hour, so that the lease is free when the same instance comes back. */
const LEASE_MS = EVERY_MS - MINUTE_MS;
/** The rows that one statement removes, and the pause before the next, in which only requests use the database. */
const BATCH = 500;
const PAUSE_MS = 50;

/** Removes old rows once an hour, in small batches. The instance that comes first does it for all. */
@Injectable()
export class Pruning implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Pruning.name);
  private readonly stopping = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private running: Promise<void> | undefined;
  private readonly work: Readonly<Record<string, (limit: number) => Promise<number>>>;

  constructor(
    private readonly leases: LeaseRepository,
    private readonly clock: Clock,
    tokens: TokenRetention,
    sessions: SessionService,
    audit: AuditLog,
    idempotency: IdempotencyService,
    limits: RateLimits,
  ) {
    this.work = {
      'expired tokens': (limit) => tokens.prune(limit),
      'ended sessions': (limit) => sessions.prune(limit),
      'audit events': (limit) => audit.prune(limit),
      'idempotency keys': (limit) => idempotency.prune(limit),
      'rate limits': (limit) => limits.prune(limit),
    };
  }

  onApplicationBootstrap(): void {
    const run = () => void this.run();
    this.timers.push(setTimeout(run, FIRST_AFTER_MS).unref(), setInterval(run, EVERY_MS).unref());
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.stopping.abort();
    await this.running;
  }

  /** Removes what is old, unless another instance does. It never fails: what remains waits for the next time. */
  run(): Promise<void> {
    this.running ??= this.prune()
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) this.logger.warn(`Could not remove what is old. ${String(error)}`);
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private async prune(): Promise<void> {
    const now = this.clock.now();
    if (!(await this.leases.claim('pruning', now, new Date(now.getTime() + LEASE_MS)))) return;
    const removed: string[] = [];
    for (const [what, pruneSome] of Object.entries(this.work)) {
      const count = await this.pruneAll(pruneSome);
      if (count > 0) removed.push(`${what}: ${count}`);
    }
    if (removed.length > 0) this.logger.log(`Removed ${removed.join(', ')}.`);
  }

  private async pruneAll(pruneSome: (limit: number) => Promise<number>): Promise<number> {
    for (let total = 0; ;) {
      const count = await pruneSome(BATCH);
      if (count === 0) return total;
      total += count;
      await delay(PAUSE_MS, undefined, { signal: this.stopping.signal });
    }
  }
}
