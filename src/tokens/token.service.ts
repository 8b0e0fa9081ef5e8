import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { actorOf, type Principal } from '../auth/principal.js';
import type { Client } from '../common/client.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import { LastUsed } from './last-used.js';
import { assertLifetime } from './token-expiry.js';
import { tokenBody } from './token-body.js';
import { mintSecret } from './token-secret.js';
import type { TokenBody } from './token.dto.js';
import type { PersonalAccessToken } from './token.entity.js';
import { NoCurrentTokenProblem, TokenLimitProblem, TokenNotFoundProblem } from './token.errors.js';
import { assertWithin, limitOf, rightsFor, type TokenWish } from './token-limits.js';
import { TokenRepository } from './token.repository.js';

/** The only thing that ever carries the plain text of a token out of this room. */
export interface NewAccessToken {
  readonly id: number;
  /** `{id}|{secret}` */
  readonly plainText: string;
}

/** What people do with their tokens. */
@Injectable()
export class TokenService {
  constructor(
    private readonly tokens: TokenRepository,
    private readonly lastUsed: LastUsed,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** @throws ExpiryProblem, ExceedsTokenProblem, TokenLimitProblem */
  async create(principal: Principal, wish: TokenWish, client: Client): Promise<NewAccessToken> {
    const createdAt = this.clock.now();
    const limit = limitOf(principal);
    const rights = rightsFor(wish, limit);
    assertLifetime(rights.expiresAt, createdAt, this.settings.tokensMaxLifetimeDays);
    if (limit !== undefined) assertWithin(rights, limit);
    const { secret, hash } = mintSecret(this.settings.tokenPrefix);
    const most = this.settings.tokensMaxPerUser;
    const id = await this.tokens.insert(
      { ...rights, userId: principal.user.id, name: wish.name, secretHash: hash, createdAt },
      most,
    );
    if (id === undefined) throw new TokenLimitProblem(most);
    const created = { kind: 'token_created', client, tokenId: id, tokenName: wish.name } as const;
    await this.audit.record({ ...actorOf(principal), ...created });
    return { id, plainText: `${id}|${secret}` };
  }

  /** @throws TokenNotFoundProblem */
  async get({ user }: Principal, id: number): Promise<TokenBody> {
    const token = await this.tokens.findOne(user.id, id);
    if (token === null) throw new TokenNotFoundProblem();
    return this.bodyOf(token);
  }

  /** @throws NoCurrentTokenProblem, TokenNotFoundProblem */
  async current(principal: Principal): Promise<TokenBody> {
    if (principal.credential.kind !== 'token') throw new NoCurrentTokenProblem();
    return this.get(principal, principal.credential.id);
  }

  /** When this has returned, no instance accepts the token. @throws TokenNotFoundProblem */
  async delete(principal: Principal, id: number, client: Client): Promise<void> {
    const { user } = principal;
    // For its name; whether there is something to delete, the statement that deletes says.
    const token = await this.tokens.findOne(user.id, id);
    if (token === null || !(await this.tokens.delete(user.id, id))) throw new TokenNotFoundProblem();
    const deleted = { kind: 'token_deleted', client, tokenId: id, tokenName: token.name } as const;
    await this.audit.record({ ...actorOf(principal), ...deleted });
  }

  /** @returns how many there were */
  async deleteAll(principal: Principal, client: Client): Promise<number> {
    const count = await this.tokens.deleteAll(principal.user.id);
    if (count > 0) {
      const detail = count === 1 ? '1 token' : `${count} tokens`;
      await this.audit.record({ ...actorOf(principal), kind: 'tokens_deleted', client, detail });
    }
    return count;
  }

  private bodyOf(token: PersonalAccessToken): TokenBody {
    return tokenBody(token, this.lastUsed.pending(token.id));
  }
}
