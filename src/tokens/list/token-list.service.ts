import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { CursorProblem, type Page, pageOf } from '../../common/paging.js';
import { Clock } from '../../config/clock.js';
import { LastUsed } from '../verification/last-used.js';
import type { ListTokensQuery } from './token-list.query.js';
import { TokenListRepository } from './token-list.repository.js';
import { TokenTreeRepository } from '../token-tree.repository.js';
import { cursorAt, type Order, positionOf } from './token-sort.js';
import { type TokenBody, tokenBody } from '../token.dto.js';

export interface TokenPage extends Page<TokenBody> {
  /** How many there are on all pages. */
  readonly total: number;
}

/** Lists and searches the tokens of a user. */
@Injectable()
export class TokenListService {
  constructor(
    private readonly tokens: TokenListRepository,
    private readonly tree: TokenTreeRepository,
    private readonly lastUsed: LastUsed,
    private readonly clock: Clock,
  ) {}

  /** @throws CursorProblem for a cursor of another order, or one that this service did not make */
  async list({ user }: Principal, query: ListTokensQuery): Promise<TokenPage> {
    const {
      limit,
      cursor,
      search,
      state,
      parent_id: parentId,
      sort = 'created_at',
      direction = 'desc',
    } = query;
    const order: Order = { sort, direction };
    const after = cursor === undefined ? undefined : positionOf(cursor, order);
    if (cursor !== undefined && after === undefined) throw new CursorProblem();
    // Uses that other instances still have in memory will show up later.
    if (sort === 'last_used_at') await this.lastUsed.flush();
    const now = this.clock.now();
    const filter = { userId: user.id, search, state, parentId, now };
    const [rows, total] = await Promise.all([
      this.tokens.find(filter, order, limit + 1, after),
      this.tokens.count(filter),
    ]);
    const { items, nextCursor } = pageOf(rows, limit, (row) => cursorAt(order, row));
    const descendants = await this.tree.countDescendants(
      user.id,
      items.map(({ id }) => id),
    );
    const bodies = items.map(({ id, token }) =>
      tokenBody(token, this.lastUsed.pending(id), descendants.get(id) ?? 0, now),
    );
    return { items: bodies, nextCursor, total };
  }
}
