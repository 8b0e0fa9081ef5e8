import { Injectable } from '@nestjs/common';
import type { Client } from '../access/principal.js';
import { networkOf } from '../common/address.js';
import type { Standing } from '../common/standing.js';
import type { Limit } from '../limits/limit.js';
import { RateLimits } from '../limits/rate-limits.js';
import { Revocation } from '../tokens/revocation.service.js';
import { TokenVerifier } from '../tokens/verification/token-verifier.js';

/** Whoever holds a token may throw it away (RFC 7009): a program that is done with it, or one that found it. */
@Injectable()
export class HolderRevocationService {
  private readonly calls: Limit;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly revocation: Revocation,
    limits: RateLimits,
  ) {
    this.calls = limits.of('revocation');
  }

  /**
   * One that is expired, or of a disabled user, or presented from an address it may not be used from, is revoked all
   * the same.
   * @throws RateLimitedProblem, and whatever the database throws
   */
  async revoke(presented: string, client: Client): Promise<Standing> {
    const standing = await this.calls.consume(networkOf(client.address));
    const token = await this.verifier.tokenOf(presented, client);
    if (token !== undefined) {
      const { id, user } = token;
      await this.revocation.revoke(user.id, id, { kind: 'revoked_by_holder', client, actorTokenId: id });
    }
    return standing;
  }
}
