import { Injectable } from '@nestjs/common';
import type { Limit } from '../limits/limit.js';
import { networkOf } from '../common/address.js';
import { RateLimits } from '../limits/rate-limits.js';
import type { Standing } from '../common/standing.js';

/** The rate limits on tokens. They never write to the database, because verification never does (ADR 28). */
@Injectable()
export class BearerLimits {
  private readonly requests: Limit;
  private readonly failures: Limit;

  constructor(limits: RateLimits) {
    this.requests = limits.of('token');
    this.failures = limits.of('failed-tokens');
  }

  /**
   * Counts a request of a token that has a rate limit of its own, in requests a minute.
   * @returns what is left of it
   * @throws RateLimitedProblem
   */
  use(id: number, rateLimit: number): Promise<Standing> {
    return this.requests.consume(String(id), rateLimit);
  }

  /**
   * Counts a token that was refused. Good tokens from the same network are still accepted.
   * @throws RateLimitedProblem, which takes the place of the refusal
   */
  async failed(address: string): Promise<void> {
    await this.failures.consume(networkOf(address));
  }
}
