import { answerOf, api } from '../api/client.js';
import type { components } from '../api/schema.js';
import { usePages } from '../api/use-pages.js';
import type { TokenFilter } from './use-token-filter.js';

export type Token = components['schemas']['TokenBody'];

const PAGE_SIZE = 50;

/** The tokens that pass a filter, in its order. */
export function useTokenList(filter: TokenFilter) {
  const query = { ...filter, limit: PAGE_SIZE };
  const { items, change, ...pages } = usePages<Token>(`tokens ${JSON.stringify(query)}`, (cursor) =>
    answerOf(api.GET('/v1/current_user/tokens', { params: { query: { ...query, cursor } } })),
  );
  return {
    ...pages,
    tokens: items,
    /** Takes off the list what the service has deleted, with all that it had made. */
    remove: ({ id, descendant_count }: Token) => {
      const gone = withDescendants(items ?? [], id);
      change((page) => ({
        ...page,
        total: page.total - 1 - descendant_count,
        items: page.items.filter((token) => !gone.has(token.id)),
      }));
    },
  };
}

export type TokenList = ReturnType<typeof useTokenList>;

/** What is made later has the higher id, so that one walk finds all. */
function withDescendants(tokens: readonly Token[], id: number): ReadonlySet<number> {
  const family = new Set([id]);
  for (const token of tokens.toSorted((a, b) => a.id - b.id)) {
    if (token.parent_id !== null && family.has(token.parent_id)) family.add(token.id);
  }
  return family;
}
