import { Injectable } from '@nestjs/common';
import { actorOf, ALWAYS, type Client, type Principal } from '../access/principal.js';
import type { EventKind } from '../audit/audit-event.js';
import { AuditLog } from '../audit/audit-log.js';
import { Clock } from '../config/clock.js';
import { assertStands } from './assert-stands.js';
import { TokenNotFoundProblem } from './token.errors.js';
import { TokenRepository } from './token.repository.js';

/** Who revokes, as the audit log tells it. */
interface Revoker {
  readonly kind: EventKind;
  readonly client: Client;
  /** Null or absent for a person. */
  readonly actorTokenId?: number | null;
}

/**
 * The one way to revoke a token, for its owner, its holder, an operator, and when it has leaked. When this has
 * returned, no instance accepts the token, nor what it made.
 */
@Injectable()
export class Revocation {
  constructor(
    private readonly tokens: TokenRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns whether this call revoked it; false where somebody else was faster, or there is none
   * @throws whatever the database throws: nothing is claimed that has not happened
   */
  async revoke(userId: number, id: number, by: Revoker, stands = ALWAYS): Promise<boolean> {
    // For the audit log; whether there is something to delete, the statement that deletes says.
    const summary = await this.tokens.findSummary(userId, id);
    if (summary === undefined || !(await this.tokens.delete(userId, id, stands))) return false;
    const { name: tokenName, descendants } = summary;
    const detail = descendants === 1 ? 'and 1 descendant' : `and ${descendants} descendants`;
    await this.audit.record({ ...by, userId, tokenId: id, tokenName, ...(descendants > 0 && { detail }) });
    return true;
  }

  /** For the owner, or a token of theirs. @throws TokenNotFoundProblem */
  async delete(principal: Principal, id: number, client: Client): Promise<void> {
    const { userId, actorTokenId } = actorOf(principal);
    const stands = principal.stands(this.clock.now());
    const by = { kind: 'token_deleted', client, actorTokenId } as const;
    if (await this.revoke(userId, id, by, stands)) return;
    await assertStands(principal);
    throw new TokenNotFoundProblem();
  }

  /** The same for all tokens of the owner. @returns how many there were */
  async deleteAll(principal: Principal, client: Client): Promise<number> {
    const count = await this.tokens.deleteAll(principal.user.id, principal.stands(this.clock.now()));
    if (count === 0) await assertStands(principal);
    const detail = count === 1 ? '1 token' : `${count} tokens`;
    if (count > 0) await this.audit.record({ ...actorOf(principal), kind: 'tokens_deleted', client, detail });
    return count;
  }
}
