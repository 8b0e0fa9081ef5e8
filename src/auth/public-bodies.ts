import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOf } from '../access/principal.js';
import { networkOf } from '../common/address.js';
import type { Limit } from '../limits/limit.js';
import { RateLimits } from '../limits/rate-limits.js';

/** What came of a body that was refused for what it is. */
const REFUSED = [400, 415];

/** Bounds how many bodies a network may send, without credentials, that are refused (ADR 38). */
@Injectable()
export class PublicBodies {
  private readonly refused: Limit;

  constructor(limits: RateLimits) {
    this.refused = limits.of('refused-bodies');
  }

  /**
   * Counts a body before anybody looks at it, and takes that back when it turns out to be a good one. Whoever hangs up
   * before the answer is counted.
   * @throws RateLimitedProblem
   */
  async count(request: FastifyRequest, { raw }: FastifyReply): Promise<void> {
    const network = networkOf(clientOf(request).address);
    await this.refused.consume(network);
    raw.once('finish', () => {
      if (!REFUSED.includes(raw.statusCode)) void this.refused.takeBack(network).catch(() => undefined);
    });
  }
}
