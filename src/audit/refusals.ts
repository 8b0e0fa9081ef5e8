import { Injectable, Logger } from '@nestjs/common';
import { HOUR_MS } from '../common/durations.js';
import { BackgroundFlush } from '../database/background-flush.js';
import type { WriteBehind } from '../database/write-behind.js';
import type { Happening, NewEvent } from './audit-event.js';
import { AuditRepository, newEvent } from './audit.repository.js';

/** Several refusals that count as one event. */
type Tally = NewEvent & { readonly bucket: string };

/**
 * Counts refusals in memory and writes the counts later. So a refusal does not wait for the database, and a flood of
 * refusals is one row with a large count.
 */
@Injectable()
export class Refusals {
  private readonly logger = new Logger(Refusals.name);
  /** The key is the bucket. */
  private readonly tallies: WriteBehind<string, Tally>;

  constructor(events: AuditRepository, background: BackgroundFlush) {
    this.tallies = background.add('writes', 'refusals', {
      waitingAtMost: 10_000,
      chunk: 200,
      failuresAtMost: 1,
      unwritten: 'waits',
      merge: sum,
      write: (chunk) => events.write(chunk),
      complain: (error) => {
        this.logger.warn(`Could not write what was refused; later. ${String(error)}`);
      },
    });
  }

  note(happening: Happening, at: Date, count = 1): void {
    const bucket = bucketOf(happening, at);
    this.tallies.note(bucket, { ...newEvent(happening, at), bucket, count });
  }

  /** Writes what waits. What cannot be written stays for the next time. */
  flush(): Promise<void> {
    return this.tallies.flush();
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
