import { Injectable } from '@nestjs/common';
import type { Client } from '../../access/principal.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Limit } from '../../limits/limit.js';
import { networkOf } from '../../common/address.js';
import { RateLimits } from '../../limits/rate-limits.js';
import type { Standing } from '../../common/standing.js';
import { TokenRepository } from '../token.repository.js';
import { descendants, TokenTreeRepository } from '../token-tree.repository.js';
import { TokenVerifier } from '../verification/token-verifier.js';

/** Whoever holds a token may throw it away (RFC 7009): a program that is done with it, or one that found it. */
@Injectable()
export class TokenRevocationService {
  private readonly calls: Limit;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly tokens: TokenRepository,
    private readonly tree: TokenTreeRepository,
    private readonly audit: AuditLog,
    limits: RateLimits,
  ) {
    this.calls = limits.of('revocation');
  }

  /**
   * When this has returned, no instance accepts the token, nor what it made. One that is expired, or of a disabled
   * user, or presented from an address it may not be used from, is deleted all the same.
   * @throws RateLimitedProblem, and whatever the database throws: nothing is claimed that has not happened
   */
  async revoke(presented: string, client: Client): Promise<Standing> {
    const standing = await this.calls.consume(networkOf(client.address));
    await this.delete(presented, client);
    return standing;
  }

  private async delete(presented: string, client: Client): Promise<void> {
    const token = await this.verifier.tokenOf(presented, client);
    if (token === undefined) return;
    const { id, name, user } = token;
    const made = (await this.tree.countDescendants(user.id, [id])).get(id) ?? 0;
    if (!(await this.tokens.delete(user.id, id))) return;
    const what = { tokenId: id, tokenName: name, ...(made > 0 && { detail: descendants(made) }) };
    await this.audit.record({
      userId: user.id,
      kind: 'revoked_by_holder',
      client,
      ...what,
      actorTokenId: id,
    });
  }
}
