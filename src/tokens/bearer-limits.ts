import { Injectable } from '@nestjs/common';
import type { TokenPrincipal } from '../access/principal.js';
import { Settings } from '../config/settings.js';
import type { Limit } from '../limits/limit.js';
import { networkOf } from '../common/address.js';
import { RateLimits } from '../limits/rate-limits.js';
import type { Standing } from '../common/standing.js';

const MINUTE = 60;

/** How often tokens are taken. Nothing here writes to the database: verification never does (ADR 28). */
@Injectable()
export class BearerLimits {
  private readonly requests: Limit;
  private readonly failures: Limit;

  constructor(limits: RateLimits, { limitFailedTokens }: Settings) {
    this.requests = limits.light({
      name: 'token',
      // Every token that is counted has a quota of its own.
      quota: 0,
      windowSeconds: MINUTE,
      complaint: 'This token was used too often',
      code: 'token_rate_limited',
    });
    this.failures = limits.light({
      name: 'failed-tokens',
      quota: limitFailedTokens,
      windowSeconds: MINUTE,
      complaint: 'Too many requests with tokens that are not valid came from your network',
      code: 'rate_limited',
    });
  }

  /**
   * Counts a request of a token that has a limit of its own.
   * @returns what is left of it; undefined for a token without
   * @throws RateLimitedProblem
   */
  async use({ credential: { id, rateLimit } }: TokenPrincipal): Promise<Standing | undefined> {
    return rateLimit === null ? undefined : this.requests.consume(String(id), rateLimit);
  }

  /**
   * Counts a token that was refused. Good ones from the same network are accepted as before.
   * @throws RateLimitedProblem, to be sent in place of the refusal
   */
  async failed(address: string): Promise<void> {
    await this.failures.consume(networkOf(address));
  }
}
