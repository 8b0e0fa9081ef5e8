import type { Timing } from '../../client/src/timing.js';

/** Stands still until it is told to go on. */
export class FakeTiming implements Timing {
  /** How long each timer was to wait, in their order. */
  readonly waits: number[] = [];
  private readonly timers = new Set<{ readonly at: number; readonly run: () => void }>();
  private time = 0;

  now(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.time + milliseconds, run };
    this.waits.push(milliseconds);
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  random(): number {
    return 0.5;
  }

  /** Timers that neither ran nor were called off. */
  get pending(): number {
    return this.timers.size;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
    const due = [...this.timers].filter(({ at }) => at <= this.time).sort((a, b) => a.at - b.at);
    for (const timer of due) if (this.timers.delete(timer)) timer.run();
  }
}

/** Lets everything else go on until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
