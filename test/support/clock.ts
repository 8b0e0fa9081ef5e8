import { Clock } from '../../src/config/clock.js';

/** Stands still where it is put. Begins at the real time, for the database has a clock of its own. */
export class TestClock extends Clock {
  private time = Date.now();

  override now(): Date {
    return new Date(this.time);
  }

  /** Moves on, or back with a negative number. */
  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}
