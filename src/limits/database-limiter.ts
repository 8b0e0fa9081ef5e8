import { type IRateLimiterOptions, RateLimiterRes } from 'rate-limiter-flexible';
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js';
import type { Count, RateLimitRepository } from './rate-limit.repository.js';

/**
 * Lets the package count in our database. Stores are added in this way (its README, "Contributing"). The package has
 * stores for SQL, but they use the instance's time of day and hold a transaction open over four round trips. The base
 * class calls the four methods below, and no others of ours.
 */
export class DatabaseLimiter extends RateLimiterStoreAbstract {
  constructor(
    options: IRateLimiterOptions,
    private readonly counts: RateLimitRepository,
  ) {
    super({ ...options, storeClient: counts });
  }

  /** @param anew whether to set the points instead of adding them */
  _upsert(key: string, points: number, windowMs: number, anew = false): Promise<Count> {
    return anew ? this.counts.put(key, points, windowMs) : this.counts.add(key, points, windowMs);
  }

  async _get(key: string): Promise<Count | null> {
    return (await this.counts.find(key, this.msDuration)) ?? null;
  }

  _delete(key: string): Promise<boolean> {
    return this.counts.remove(key);
  }

  _getRateLimiterRes(_key: string, changed: number, { points, msLeft }: Count): RateLimiterRes {
    return new RateLimiterRes(Math.max(this.points - points, 0), msLeft, points, points === changed);
  }
}
