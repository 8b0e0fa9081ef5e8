import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { digest } from '../common/digest.js';
import type { Tally } from '../metrics/tally.js';
import { RateLimitedProblem } from './rate-limited.problem.js';
import type { Standing } from '../common/standing.js';

/** What may happen how often. */
export interface LimitPolicy {
  /** Its name on the wire: lower-case letters and dashes. */
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
  /** What there was too much of, as a sentence begins: `Too many failed attempts`. */
  readonly complaint: string;
  /** Of the problem. */
  readonly code: string;
}

/** Counts what somebody does, and says when it is too much. Which store counts is the limiter's business. */
export class Limit {
  constructor(
    private readonly policy: LimitPolicy,
    private readonly limiter: RateLimiterAbstract,
    /** Counts what is refused. */
    private readonly refused: Tally | undefined,
  ) {}

  /**
   * Counts one more.
   * @param key whose it is: an address, an account
   * @param quota where this key has one of its own
   * @throws RateLimitedProblem where that is too many
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
    this.refused?.add();
    throw new RateLimitedProblem(this.policy, standing);
  }

  /** Counts one less. */
  async takeBack(key: string): Promise<void> {
    await this.limiter.reward(this.keyOf(key));
  }

  /** Counts from nothing. */
  async forget(key: string): Promise<void> {
    await this.limiter.delete(this.keyOf(key));
  }

  /** Sets the count to one, for a window that begins now. */
  async mark(key: string): Promise<void> {
    await this.limiter.set(this.keyOf(key), 1, this.policy.windowSeconds);
  }

  async isMarked(key: string): Promise<boolean> {
    return (await this.limiter.get(this.keyOf(key))) !== null;
  }

  /** No store gets to see an address of a person or a network. */
  private keyOf(key: string): string {
    return digest(`${this.policy.name} ${key}`);
  }
}
