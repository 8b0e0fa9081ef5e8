import { beforeEach, describe, expect, test } from '@jest/globals';
import { DatabaseLimiter } from './database-limiter.js';
import type { Count, RateLimitRepository } from './rate-limit.repository.js';

const WINDOW_MS = 60_000;
const MS_LEFT = 45_000;

/** Takes the place of the table. */
class FakeCounts {
  readonly points = new Map<string, number>();
  /** The windows it was told. */
  readonly windows = new Set<number>();

  add(name: string, points: number, windowMs: number): Promise<Count> {
    return this.put(name, (this.points.get(name) ?? 0) + points, windowMs);
  }

  put(name: string, points: number, windowMs: number): Promise<Count> {
    this.windows.add(windowMs);
    this.points.set(name, points);
    return Promise.resolve({ points, msLeft: MS_LEFT });
  }

  find(name: string, windowMs: number): Promise<Count | undefined> {
    this.windows.add(windowMs);
    const points = this.points.get(name);
    return Promise.resolve(points === undefined ? undefined : { points, msLeft: MS_LEFT });
  }

  remove(name: string): Promise<boolean> {
    return Promise.resolve(this.points.delete(name));
  }
}

/** Of all that the package's limiters can do, what `Limit` asks for. */
describe('DatabaseLimiter', () => {
  let counts: FakeCounts;
  let limiter: DatabaseLimiter;

  beforeEach(() => {
    counts = new FakeCounts();
    const options = { keyPrefix: '', points: 3, duration: WINDOW_MS / 1000 };
    limiter = new DatabaseLimiter(options, counts as unknown as RateLimitRepository);
  });

  test('counts up and down, in the window of its options, and tells what is left of both', async () => {
    expect(await limiter.penalty('key')).toMatchObject({ consumedPoints: 1, remainingPoints: 2 });
    expect(await limiter.penalty('key')).toMatchObject({ consumedPoints: 2, msBeforeNext: MS_LEFT });
    expect(await limiter.reward('key')).toMatchObject({ consumedPoints: 1, remainingPoints: 2 });
    for (let n = 0; n < 3; n += 1) await limiter.penalty('key');
    expect(await limiter.penalty('key')).toMatchObject({ consumedPoints: 5, remainingPoints: 0 });
    expect([...counts.points]).toEqual([[expect.stringContaining('key'), 5]]);
    expect([...counts.windows]).toEqual([WINDOW_MS]);
  });

  test('sets a count, for a window of its own', async () => {
    await limiter.penalty('key');
    await limiter.penalty('key');
    await limiter.set('key', 1, 30);
    expect([...counts.points.values()]).toEqual([1]);
    expect([...counts.windows]).toEqual([WINDOW_MS, 30_000]);
  });

  test('reads a count without counting, and forgets it', async () => {
    expect(await limiter.get('key')).toBeNull();
    await limiter.penalty('key');
    expect(await limiter.get('key')).toMatchObject({ consumedPoints: 1, msBeforeNext: MS_LEFT });
    await limiter.delete('key');
    expect(await limiter.get('key')).toBeNull();
    expect([...counts.windows]).toEqual([WINDOW_MS]);
  });
});
