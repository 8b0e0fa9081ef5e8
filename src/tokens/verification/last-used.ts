import { Injectable, Logger } from '@nestjs/common';
import { BackgroundFlush } from '../../database/background-flush.js';
import type { WriteBehind } from '../../database/write-behind.js';
import { Metrics } from '../../metrics/metrics.js';
import { LastUsedRepository, type Use } from './last-used.repository.js';

/** How many tokens may wait for their stamp. A use of one more is not recorded. */
const WAITING_AT_MOST = 500_000;

/**
 * Remembers when and from where each token was last used, and writes it later, because verification must never wait
 * for a write.
 */
@Injectable()
export class LastUsed {
  private readonly logger = new Logger(LastUsed.name);
  /** The key is the id of the token. */
  private readonly uses: WriteBehind<number, Use>;

  constructor(tokens: LastUsedRepository, background: BackgroundFlush, metrics: Metrics) {
    this.uses = background.add('writes', 'last-used', {
      waitingAtMost: WAITING_AT_MOST,
      chunk: 500,
      // A locked row fails only its own chunk. If two chunks fail, something is wrong with the database.
      failuresAtMost: 2,
      unwritten: 'waits',
      merge: together,
      write: (chunk) => tokens.stamp(chunk),
      complain: (error, count) => {
        this.logger.warn(`Could not write when ${count} tokens were last used; later. ${String(error)}`);
      },
    });
    metrics.lastUsedBacklog.of(() => this.uses.size);
    metrics.lastUsedBacklogLimit.of(() => WAITING_AT_MOST);
  }

  note(use: Use): void {
    this.uses.note(use.id, use);
  }

  /** The newest use that may not be in the database yet. */
  pending(id: number): Use | undefined {
    return this.uses.pending(id);
  }

  /** Writes what waits. What cannot be written stays for the next time. */
  flush(): Promise<void> {
    return this.uses.flush();
  }
}

/** The later one. */
export const latest = (one: Date | null, other: Date | null): Date | null =>
  other === null || (one !== null && one >= other) ? one : other;

/** Merges two uses of one token, and keeps what is newest of each. */
function together(before: Use, use: Use): Use {
  const newest = before.at <= use.at ? use : before;
  const previousAt = latest(before.previousAt, use.previousAt);
  return newest.previousAt === previousAt ? newest : { ...newest, previousAt };
}
