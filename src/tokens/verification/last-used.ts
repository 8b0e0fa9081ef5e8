import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Metrics } from '../../metrics/metrics.js';
import { DeferredWrites } from '../../database/deferred-writes.js';
import { latest, type Use } from './token-use.js';
import { TokenRepository } from '../token.repository.js';

/** How many tokens one statement stamps. */
const CHUNK = 500;
/** A locked row fails its chunk; when more fail, the rest waits for the next time. */
const FAILURES_AT_MOST = 2;
/** How many tokens' stamps wait at most; a use beyond them is not recorded. */
const WAITING_AT_MOST = 500_000;

/**
 * Remembers when and from where each token was last used, and writes it down now and then, off the path of
 * the requests: verification never writes.
 */
@Injectable()
export class LastUsed implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(LastUsed.name);
  private waiting = new Map<number, Use>();
  /** On its way to the database. */
  private leaving: ReadonlyMap<number, Use> = new Map();
  private readonly writes = new DeferredWrites(() => this.write());

  constructor(
    private readonly tokens: TokenRepository,
    private readonly settings: Settings,
    metrics: Metrics,
  ) {
    metrics.lastUsedBacklog.of(() => this.waiting.size + this.leaving.size);
    metrics.lastUsedBacklogLimit.of(() => WAITING_AT_MOST);
  }

  onModuleInit(): void {
    this.writes.start(this.settings.lastUsedFlushMs);
  }

  onApplicationShutdown(): Promise<void> {
    return this.writes.stop();
  }

  note(use: Use): void {
    const before = this.waiting.get(use.id);
    if (before !== undefined) this.waiting.set(use.id, together(before, use));
    else if (this.waiting.size < WAITING_AT_MOST) this.waiting.set(use.id, use);
  }

  /** The newest use that the database may not know yet. */
  pending(id: number): Use | undefined {
    return this.waiting.get(id) ?? this.leaving.get(id);
  }

  /** Writes down what waits. What cannot be written waits on. */
  flush(): Promise<void> {
    return this.writes.flush();
  }

  private async write(): Promise<void> {
    this.leaving = this.waiting;
    this.waiting = new Map();
    // All of them, and not only each chunk: neighbours share a page of the table.
    const uses = [...this.leaving.values()].toSorted((a, b) => a.id - b.id);
    let failures = 0;
    for (let from = 0; from < uses.length; from += CHUNK) {
      const chunk = uses.slice(from, from + CHUNK);
      const written = failures < FAILURES_AT_MOST && (await this.stamp(chunk));
      if (!written) {
        failures += 1;
        for (const use of chunk) this.note(use);
      }
      // SQLite writes within this process: let the requests that came meanwhile go first.
      await setImmediate();
    }
    this.leaving = new Map();
  }

  private async stamp(chunk: readonly Use[]): Promise<boolean> {
    try {
      await this.tokens.stamp(chunk);
      return true;
    } catch (error) {
      this.logger.warn(`Could not write when ${chunk.length} tokens were last used; later. ${String(error)}`);
      return false;
    }
  }
}

/** What is newest of two uses of one token. */
function together(before: Use, use: Use): Use {
  const newest = before.at <= use.at ? use : before;
  const previousAt = latest(before.previousAt, use.previousAt);
  return newest.previousAt === previousAt ? newest : { ...newest, previousAt };
}
