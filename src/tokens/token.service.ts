import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { actorOf, type Client, type Principal } from '../access/principal.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import { assertStands } from './assert-stands.js';
import { IdempotencyService, type Issue } from './idempotency/idempotency.service.js';
import { LastUsed } from './verification/last-used.js';
import type { NewAccessToken } from './new-access-token.js';
import { type TokenBody, tokenBody } from './token.dto.js';
import {
  NoCurrentTokenProblem,
  RateLimitedParentProblem,
  TokenDepthProblem,
  TokenCapProblem,
  TokenNotFoundProblem,
} from './token.errors.js';
import { assertLifetime, assertWithin, ceilingOf, rightsFor, type TokenWish } from './ceiling.js';
import { TokenRepository } from './token.repository.js';
import { mintSecret } from './verification/token-secret.js';
import { TokenTreeRepository } from './token-tree.repository.js';

/** How many tokens in a line may have made one another. */
const MAX_LEVELS = 10;

/** Makes and shows tokens. */
@Injectable()
export class TokenService {
  constructor(
    private readonly tokens: TokenRepository,
    private readonly tree: TokenTreeRepository,
    private readonly lastUsed: LastUsed,
    private readonly idempotency: IdempotencyService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * @param key for idempotency
   * @throws ExpiryProblem, ExceedsTokenProblem, RateLimitedParentProblem, TokenDepthProblem, TokenCapProblem,
   * TokenChangedProblem; 401 if whoever makes it is gone by now; 409 or 422 for a key that was used
   */
  create(
    principal: Principal,
    wish: TokenWish,
    client: Client,
    key: string | undefined,
  ): Promise<NewAccessToken> {
    const minted = mintSecret(this.settings.tokenPrefix);
    if (key === undefined) return this.make({ ...minted, keyHash: null }, principal, wish, client);
    const request = { key, operation: 'create', body: wish };
    return this.idempotency.once(principal, request, minted, (issue) =>
      this.make(issue, principal, wish, client),
    );
  }

  private async make(
    { secret, hash, keyHash }: Issue,
    principal: Principal,
    wish: TokenWish,
    client: Client,
  ): Promise<NewAccessToken> {
    const createdAt = this.clock.now();
    const userId = principal.user.id;
    const { credential } = principal;
    const parentId = credential.kind === 'token' ? credential.id : null;
    if (parentId !== null && (await this.tree.lineOf(userId, parentId)).length >= MAX_LEVELS)
      throw new TokenDepthProblem(MAX_LEVELS);
    const ceiling = ceilingOf(principal);
    if (ceiling !== undefined && ceiling.rateLimit !== null) throw new RateLimitedParentProblem();
    const rights = rightsFor(wish, ceiling);
    assertLifetime(rights.expiresAt, createdAt, this.settings.tokensMaxLifetimeDays);
    if (ceiling !== undefined) assertWithin(rights, ceiling);
    const id = await this.tokens.insert(
      { ...rights, userId, parentId, name: wish.name, secretHash: hash, createdAt, keyHash },
      this.settings.tokensMaxPerUser,
      principal.stands(createdAt),
    );
    if (id === undefined) {
      await assertStands(principal);
      throw new TokenCapProblem(this.settings.tokensMaxPerUser);
    }
    const created = { kind: 'token_created', client, tokenId: id, tokenName: wish.name } as const;
    await this.audit.record({ ...actorOf(principal), ...created });
    return { id, plainText: `${id}|${secret}` };
  }

  /** @throws TokenNotFoundProblem */
  async get({ user }: Principal, id: number): Promise<TokenBody> {
    const token = await this.tokens.findOne(user.id, id);
    if (token === null) throw new TokenNotFoundProblem();
    const descendants = await this.tree.countDescendants(user.id, [id]);
    return tokenBody(token, this.lastUsed.pending(id), descendants.get(id) ?? 0, this.clock.now());
  }

  /** @throws NoCurrentTokenProblem, TokenNotFoundProblem */
  async current(principal: Principal): Promise<TokenBody> {
    if (principal.credential.kind !== 'token') throw new NoCurrentTokenProblem();
    return this.get(principal, principal.credential.id);
  }
}
