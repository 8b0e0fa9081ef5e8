import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { EVERYTHING } from '../auth/scopes.js';
import { Clock } from '../config/clock.js';
import { idOfCursor, type Page, pageOf, type PageQuery } from '../common/paging.js';
import { ValidationProblem } from '../common/problem.js';
import { Settings } from '../config/settings.js';
import { LastUsed } from './last-used.js';
import { mintSecret } from './token-secret.js';
import type { TokenBody } from './token.dto.js';
import type { PersonalAccessToken } from './token.entity.js';
import { NoCurrentTokenProblem, TokenLimitProblem, TokenNotFoundProblem } from './token.errors.js';
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
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** @throws TokenLimitProblem */
  async create({ user }: Principal, name: string): Promise<NewAccessToken> {
    const { secret, hash } = mintSecret(this.settings.tokenPrefix);
    const limit = this.settings.tokensMaxPerUser;
    const createdAt = this.clock.now();
    const id = await this.tokens.insert(
      { userId: user.id, name, secretHash: hash, scopes: [EVERYTHING], createdAt },
      limit,
    );
    if (id === undefined) throw new TokenLimitProblem(limit);
    return { id, plainText: `${id}|${secret}` };
  }

  /** @throws ValidationProblem for a cursor that is none of ours */
  async list({ user }: Principal, { limit, cursor }: PageQuery): Promise<Page<TokenBody>> {
    const beforeId = cursor === undefined ? undefined : idOfCursor(cursor);
    if (cursor !== undefined && beforeId === undefined) {
      throw new ValidationProblem([
        { field: 'cursor', detail: 'cursor must be one that a Link header gave.' },
      ]);
    }
    const { items, nextCursor } = pageOf(await this.tokens.findOfUser(user.id, limit + 1, beforeId), limit);
    return { items: items.map((token) => this.bodyOf(token)), nextCursor };
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
  async delete({ user }: Principal, id: number): Promise<void> {
    if (!(await this.tokens.delete(user.id, id))) throw new TokenNotFoundProblem();
  }

  /** @returns how many there were */
  async deleteAll({ user }: Principal): Promise<number> {
    return this.tokens.deleteAll(user.id);
  }

  private bodyOf(token: PersonalAccessToken): TokenBody {
    const pending = this.lastUsed.pending(token.id);
    const used =
      pending && (token.lastUsedAt === null || token.lastUsedAt < pending.at)
        ? pending
        : { at: token.lastUsedAt, address: token.lastUsedIp };
    return {
      id: token.id,
      name: token.name,
      scopes: token.scopes,
      created_at: token.createdAt.toISOString(),
      last_used_at: used.at?.toISOString() ?? null,
      last_used_ip: used.address,
      expires_at: token.expiresAt?.toISOString() ?? null,
      allowed_cidrs: token.allowedCidrs,
      parent_id: token.parentId,
    };
  }
}
