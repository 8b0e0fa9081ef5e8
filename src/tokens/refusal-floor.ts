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
  private over = false;
  private release: (() => void) | undefined;

  constructor() {
    setTimeout(() => {
      this.over = true;
      this.release?.();
    }, FLOOR_MS);
  }

  reached(): Promise<void> {
    if (this.over) return Promise.resolve();
    return new Promise((resolve) => (this.release = resolve));
  }
}
