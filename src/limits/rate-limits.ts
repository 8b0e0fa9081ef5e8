import { Injectable } from '@nestjs/common';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { Settings } from '../config/settings.js';
import { Metrics } from '../metrics/metrics.js';
import { DatabaseLimiter } from './database-limiter.js';
import { Limit } from './limit.js';
import { Mark } from './mark.js';
import { MARK_SECONDS, type MarkName, POLICIES, type RateLimitName } from './policies.js';
import { RateLimitRepository } from './rate-limit.repository.js';
import { RedisConnection } from './redis-connection.js';

/** A store that does not answer in time is treated as away. The database gets longer: sign-in waits for it anyway. */
const REDIS_TIMEOUT_MS = 250;
const DATABASE_TIMEOUT_MS = 2000;

interface Options {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}

/** Hands out the limits. While the shared store is away, each process counts for itself, so limits always hold. */
@Injectable()
export class RateLimits {
  private readonly limits = new Map<RateLimitName, Limit>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly counts: RateLimitRepository,
    private readonly metrics: Metrics,
    private readonly settings: Settings,
  ) {}

  /** There is one object per limit, so that everybody who asks for it shares what is counted in memory. */
  of(name: RateLimitName): Limit {
    const limit = this.limits.get(name) ?? this.limit(name);
    this.limits.set(name, limit);
    return limit;
  }

  mark(name: MarkName): Mark {
    const duration = MARK_SECONDS[name];
    return new Mark(name, duration, this.shared({ keyPrefix: prefixOf(name), points: 1, duration }));
  }

  /** Removes some of the counts whose window is over. @returns 0 when none are left */
  prune(limit: number): Promise<number> {
    return this.counts.deleteEnded(limit);
  }

  private limit(name: RateLimitName): Limit {
    const policy = { ...POLICIES[name], name, quota: POLICIES[name].quota(this.settings) };
    const options = { keyPrefix: prefixOf(name), points: policy.quota, duration: policy.windowSeconds };
    const limiter = policy.store === 'shared' ? this.shared(options) : this.light(options);
    return new Limit(policy, limiter, this.metrics.rateLimited[name]);
  }

  private shared(options: Options): RateLimiterAbstract {
    return this.inRedis(options) ?? this.inDatabase(options);
  }

  private light(options: Options): RateLimiterAbstract {
    return this.inRedis(options) ?? inMemory(options);
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

const prefixOf = (name: string): string => `latchkey:${name}`;

const inMemory = (options: Options) => new RateLimiterMemory({ ...options, keyPrefix: '' });

/** Only the wrapper has an insurance. With one in the limiter, too, a call that is late and then fails counts twice. */
const insured = (limiter: RateLimiterAbstract, timeoutMs: number, options: Options) =>
  new RLWrapperTimeouts({ limiter, timeoutMs, insuranceLimiter: inMemory(options) });
