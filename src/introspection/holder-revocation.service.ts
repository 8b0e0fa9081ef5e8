import { Injectable } from '@nestjs/common';
import type { Client } from '../access/principal.js';
import { networkOf } from '../common/address.js';
import { Clock } from '../config/clock.js';
import type { Standing } from '../common/standing.js';
import { Settings } from '../config/settings.js';
import type { Limit } from '../limits/limit.js';
import { RateLimits } from '../limits/rate-limits.js';
import { Revocation } from '../tokens/revocation.service.js';
import { parseToken } from '../tokens/verification/token-secret.js';
import { TokenVerifier } from '../tokens/verification/token-verifier.js';
import { InvalidFormProblem } from './form-field.decorator.js';
import { tokensIn } from './pasted-token.js';

export interface HolderRevocation {
  readonly standing: Standing;
  /** Whether a token was revoked by this call. */
  readonly revoked: boolean;
}

/** Whoever holds a token may throw it away (RFC 7009): a program that is done with it, or one that found it. */
@Injectable()
export class HolderRevocationService {
  private readonly calls: Limit;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly revocation: Revocation,
    private readonly settings: Settings,
    private readonly clock: Clock,
    limits: RateLimits,
  ) {
    this.calls = limits.of('revocation');
  }

  /**
   * One that is expired, or of a disabled user, or presented from an address it may not be used from, is revoked all
   * the same. What is pasted around it does not matter, because an answer of 200 is taken for a token that is dead.
   * @throws RateLimitedProblem, InvalidFormProblem for several tokens, and whatever the database throws
   */
  async revoke(pasted: string, client: Client): Promise<HolderRevocation> {
    const standing = await this.calls.consume(networkOf(client.address));
    const [presented = pasted, another] = tokensIn(pasted, this.isToken);
    if (another !== undefined) throw new InvalidFormProblem('Send one token at a time; nothing was revoked.');
    const held = await this.verifier.tokenOf(presented, client);
    if (held === undefined) return { standing, revoked: false };
    const { id, user } = held.token;
    const by = { kind: 'revoked_by_holder', client, actorTokenId: id } as const;
    return {
      standing,
      revoked: await this.revocation.revoke(user.id, id, by, held.stands(this.clock.now())),
    };
  }

  private readonly isToken = (text: string): boolean =>
    parseToken(text, this.settings.tokensRequireChecksum) !== undefined;
}
