import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DeferredWrites } from '../database/deferred-writes.js';
import { type Happening, type NewEvent, newEvent } from './audit-event.js';
import { AuditRepository } from './audit.repository.js';

const HOUR_MS = 3_600_000;
/** How many rows one statement writes. */
const CHUNK = 200;
/** How many rows wait at most; a refusal that would need one more is not counted. */
const WAITING_AT_MOST = 10_000;

/** Refusals that count as one event. */
type Tally = NewEvent & { readonly bucket: string };

/**
 * Counts refusals in memory, and writes the counts down now and then: whoever is refused does not wait for it,
 * and a flood is a number.
 */
@Injectable()
export class Refusals implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Refusals.name);
  private waiting = new Map<string, Tally>();
  private readonly writes = new DeferredWrites(() => this.write());

  constructor(
    private readonly events: AuditRepository,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.writes.start(this.settings.lastUsedFlushMs);
  }

  onApplicationShutdown(): Promise<void> {
    return this.writes.stop();
  }

  note(happening: Happening, at: Date, count = 1): void {
    this.add({ ...newEvent(happening, at), bucket: bucketOf(happening, at), count });
  }

  /** Writes down what waits. What cannot be written waits on. */
  flush(): Promise<void> {
    return this.writes.flush();
  }

  private add(tally: Tally): void {
    const before = this.waiting.get(tally.bucket);
    if (before === undefined && this.waiting.size >= WAITING_AT_MOST) return;
    this.waiting.set(tally.bucket, before === undefined ? tally : sum(before, tally));
  }

  private async write(): Promise<void> {
    // All instances in one order, so that they seldom lock each other out.
    const tallies = [...this.waiting.values()].sort((a, b) => (a.bucket < b.bucket ? -1 : 1));
    this.waiting = new Map();
    for (let from = 0; from < tallies.length; from += CHUNK) {
      try {
        await this.events.write(tallies.slice(from, from + CHUNK));
      } catch (error) {
        this.logger.warn(`Could not write what was refused; later. ${String(error)}`);
        for (const tally of tallies.slice(from)) this.add(tally);
        return;
      }
      // SQLite writes within this process: let the requests that came meanwhile go first.
      await setImmediate();
    }
  }
}

function bucketOf({ userId, tokenId, kind }: Happening, at: Date): string {
  const whose = tokenId === undefined ? `user ${userId}` : `token ${tokenId}`;
  return `${whose} ${kind} ${Math.floor(at.getTime() / HOUR_MS)}`;
}

function sum(a: Tally, b: Tally): Tally {
  const [older, newer] = a.lastAt <= b.lastAt ? [a, b] : [b, a];
  const createdAt = older.createdAt <= newer.createdAt ? older.createdAt : newer.createdAt;
  return { ...newer, count: a.count + b.count, createdAt };
}
