import { Injectable } from '@nestjs/common';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { Metrics } from '../metrics/metrics.js';
import type { Tally } from '../metrics/tally.js';
import { DatabaseLimiter } from './database-limiter.js';
import { Limit, type LimitPolicy } from './limit.js';
import { RateLimitRepository } from './rate-limit.repository.js';
import { RedisConnection } from './redis-connection.js';

/** A store that has not answered by then is taken to be away. Sign-in waits for the database anyway. */
const REDIS_TIMEOUT_MS = 250;
const DATABASE_TIMEOUT_MS = 2000;

interface Options {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}

/** Where limits are counted. While the shared store is away, each process counts for itself: never nobody. */
@Injectable()
export class RateLimits {
  constructor(
    private readonly redis: RedisConnection,
    private readonly counts: RateLimitRepository,
    private readonly metrics: Metrics,
  ) {}

  /** One count for all instances: in Redis where there is one, in the database otherwise. */
  shared(policy: LimitPolicy): Limit {
    const options = optionsOf(policy);
    return this.limit(policy, this.inRedis(options) ?? this.inDatabase(options));
  }

  /**
   * For what happens so often that no row may be written for it: one count for all instances in Redis, one for
   * each process without.
   */
  light(policy: LimitPolicy): Limit {
    const options = optionsOf(policy);
    return this.limit(policy, this.inRedis(options) ?? inMemory(options));
  }

  /** Removes some of the counts that are over. @returns 0 when none are left */
  prune(limit: number): Promise<number> {
    return this.counts.deleteEnded(limit);
  }

  private limit(policy: LimitPolicy, limiter: RateLimiterAbstract): Limit {
    const refused: Readonly<Partial<Record<string, Tally>>> = this.metrics.rateLimited;
    return new Limit(policy, limiter, refused[policy.name]);
  }

  private inDatabase(options: Options): RateLimiterAbstract {
    const limiter = new DatabaseLimiter({ ...options, keyPrefix: '' }, this.counts);
    return insured(limiter, DATABASE_TIMEOUT_MS, options);
  }

  private inRedis(options: Options): RateLimiterAbstract | undefined {
    const { client } = this.redis;
    if (client === undefined) return undefined;
    const redis = { storeClient: client, useRedisPackage: true, rejectIfRedisNotReady: true };
    return insured(new RateLimiterRedis({ ...options, ...redis }), REDIS_TIMEOUT_MS, options);
  }
}

const optionsOf = ({ name, quota: points, windowSeconds: duration }: LimitPolicy): Options => ({
  keyPrefix: `latchkey:${name}`,
  points,
  duration,
});

const inMemory = (options: Options) => new RateLimiterMemory({ ...options, keyPrefix: '' });

/** The limiter has no insurance of its own: what is late, and fails later still, would count twice. */
const insured = (limiter: RateLimiterAbstract, timeoutMs: number, options: Options) =>
  new RLWrapperTimeouts({ limiter, timeoutMs, insuranceLimiter: inMemory(options) });
