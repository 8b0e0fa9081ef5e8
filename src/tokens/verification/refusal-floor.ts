import { setTimeout as delay } from 'node:timers/promises';

/** Some times what a database takes that is well. */
const FLOOR_MS = 5;

/**
 * The earliest moment at which a token with a wrong secret may be refused, counted from when it was presented.
 *
 * Comparing in constant time is not enough: a row that is there takes the database and its driver some 30 µs longer
 * than none, and a stranger who asks a few thousand times sees that (docs/timing.md). So both wait for the same timer,
 * which starts before the database is asked; one that started afterwards would only add to the difference.
 */
export class RefusalFloor {
  private startedMs = 0;
  private latest: Promise<void> = Promise.resolve();

  /** Of a token presented now. All of one millisecond share a timer, for most are good and never wait for it. */
  reached(): Promise<void> {
    const now = Math.floor(performance.now());
    if (now !== this.startedMs) {
      this.startedMs = now;
      this.latest = delay(FLOOR_MS + 1);
    }
    return this.latest;
  }
}
