import { setTimeout as delay } from 'node:timers/promises';

/** Several times as long as a healthy database takes. */
const FLOOR_MS = 5;

/**
 * Delays the refusal of a wrong secret until some time after the token was presented.
 *
 * Comparing secrets in constant time is not enough. The database and its driver need some 30 µs longer for a row than
 * for no row, and a stranger who asks a few thousand times can measure that (docs/timing.md). So both answers wait for
 * the same timer. It starts before the database is asked; if it started afterwards, the difference would remain.
 */
export class RefusalFloor {
  private startedMs = 0;
  private latest: Promise<void> = Promise.resolve();

  /** For a token that is presented now. One timer serves a whole millisecond, because good tokens need none. */
  reached(): Promise<void> {
    const now = Math.floor(performance.now());
    if (now !== this.startedMs) {
      this.startedMs = now;
      this.latest = delay(FLOOR_MS + 1);
    }
    return this.latest;
  }
}
