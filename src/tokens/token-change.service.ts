import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { actorOf, type Client, type Principal } from '../access/principal.js';
import { Clock } from '../config/clock.js';
import { assertStands } from './assert-stands.js';
import type { TokenBody } from './token.dto.js';
import type { PersonalAccessToken } from './token.entity.js';
import {
  ExceededByChildrenProblem,
  ExceedsParentProblem,
  TokenChangedProblem,
  TokenNotFoundProblem,
} from './token.errors.js';
import {
  assertMayManage,
  assertWithin,
  excesses,
  ceilingOf,
  type Rights,
  type TokenChange,
} from './ceiling.js';
import { TokenRepository } from './token.repository.js';
import { TokenService } from './token.service.js';
import { type Parent, TokenTreeRepository } from './token-tree.repository.js';

type Ranges = readonly string[] | null;

/** Changes tokens. No change lets a token do more than the token that made it. */
@Injectable()
export class TokenChangeService {
  constructor(
    private readonly tokens: TokenRepository,
    private readonly tree: TokenTreeRepository,
    private readonly descriptions: TokenService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws TokenNotFoundProblem, ExceedsTokenProblem, ExceedsParentProblem, ExceededByChildrenProblem,
   * TokenChangedProblem; 401 if whoever makes the change is gone by now
   */
  async change(principal: Principal, id: number, change: TokenChange, client: Client): Promise<TokenBody> {
    const userId = principal.user.id;
    const token = await this.tokens.findOne(userId, id);
    if (token === null) throw new TokenNotFoundProblem();
    assertMayManage(principal, token);
    const { name, allowedCidrs } = change;
    const judged = allowedCidrs === undefined ? undefined : await this.judge(principal, token, allowedCidrs);
    const stands = principal.stands(this.clock.now());
    if (!(await this.tree.change(userId, id, change, stands, judged))) {
      await assertStands(principal);
      throw new TokenChangedProblem();
    }
    const detail = [...(name === undefined ? [] : ['name']), ...(judged ? ['ranges'] : [])].join(' and ');
    const changed = { kind: 'token_changed', client, tokenId: id, tokenName: name ?? token.name } as const;
    await this.audit.record({ ...actorOf(principal), ...changed, detail });
    return this.descriptions.get(principal, id);
  }

  /** @returns what the new ranges were compared with; the write checks that it is still the same */
  private async judge(principal: Principal, token: PersonalAccessToken, allowedCidrs: Ranges) {
    const { scopes, expiresAt, rateLimit } = token;
    const changed: Rights = { scopes, expiresAt, allowedCidrs, rateLimit };
    const ceiling = ceilingOf(principal);
    if (ceiling !== undefined) assertWithin(changed, ceiling);
    let parent: Parent | null = null;
    if (token.parentId !== null) {
      parent = (await this.tree.findParent(token.userId, token.parentId)) ?? null;
      if (parent === null) throw new TokenNotFoundProblem();
      const [excess] = excesses(changed, { ...changed, allowedCidrs: parent.allowedCidrs }, PARENT);
      if (excess !== undefined) throw new ExceedsParentProblem(excess);
    }
    const below = await this.tree.findChildRanges(token.userId, token.id);
    const wider = below.filter((child) => excesses({ ...changed, ...child }, changed).length > 0);
    if (wider.length > 0)
      throw new ExceededByChildrenProblem(wider.reduce((sum, { count }) => sum + count, 0));
    return { parent, below };
  }
}

const PARENT = 'The token that made this one';
