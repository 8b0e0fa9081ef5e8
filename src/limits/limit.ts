import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { digest } from '../common/digest.js';
import type { Standing } from '../common/standing.js';
import type { Tally } from '../metrics/tally.js';
import type { RateLimitName, RateLimitPolicy } from './policies.js';
import { RateLimitedProblem } from './rate-limited.problem.js';

/** A policy with the quota that the settings give it. */
export interface LimitPolicy extends Omit<RateLimitPolicy, 'quota'> {
  readonly name: RateLimitName;
  readonly quota: number;
}

/** The key that a store sees. It is hashed, so that no store learns the address of a person or a network. */
export const storedKey = (name: string, key: string): string => digest(`${name} ${key}`);

/** Counts what somebody does, and refuses what is too much. */
export class Limit {
  constructor(
    private readonly policy: LimitPolicy,
    private readonly limiter: RateLimiterAbstract,
    /** Counts the refusals. */
    private readonly refused: Tally,
  ) {}

  /**
   * Counts one more.
   * @param key whose it is: an address, an account
   * @param quota only for a key that has a quota of its own
   * @throws RateLimitedProblem if that is one too many
   */
  async consume(key: string, quota = this.policy.quota): Promise<Standing> {
    const { consumedPoints, msBeforeNext } = await this.limiter.penalty(this.keyOf(key));
    const standing = {
      name: this.policy.name,
      quota,
      windowSeconds: this.policy.windowSeconds,
      remaining: Math.max(quota - consumedPoints, 0),
      resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    };
    if (consumedPoints <= quota) return standing;
    this.refused.add();
    throw new RateLimitedProblem(this.policy, standing);
  }

  /** Counts one less. */
  async takeBack(key: string): Promise<void> {
    await this.limiter.reward(this.keyOf(key));
  }

  /** Resets the count to zero. */
  async forget(key: string): Promise<void> {
    await this.limiter.delete(this.keyOf(key));
  }

  private keyOf(key: string): string {
    return storedKey(this.policy.name, key);
  }
}
