import useSWRInfinite from 'swr/infinite';
import { answerOf, api, nextCursor } from '../api/client.js';
import type { components } from '../api/schema.js';

export type Token = components['schemas']['TokenBody'];

interface Page {
  readonly tokens: readonly Token[];
  readonly next: string | undefined;
  readonly total: number;
}

type Key = readonly [path: '/v1/current_user/tokens', search: string, cursor: string | undefined];

const PAGE_SIZE = 50;

async function loadPage([path, search, cursor]: Key): Promise<Page> {
  const query = { limit: PAGE_SIZE, ...(search && { search }), ...(cursor && { cursor }) };
  const { data, headers } = await answerOf(api.GET(path, { params: { query } }));
  return { tokens: data, next: nextCursor(headers), total: Number(headers.get('x-total-count')) };
}

/** The tokens whose names contain the search, newest first, page after page. */
export function useTokenList(search: string) {
  const keyOf = (index: number, before: Page | null): Key | null =>
    index > 0 && before?.next === undefined ? null : ['/v1/current_user/tokens', search, before?.next];
  const { data, error, size, setSize, isValidating, mutate } = useSWRInfinite<Page, unknown>(
    keyOf,
    loadPage,
    { keepPreviousData: true },
  );
  const pages = data ?? [];
  return {
    /** Undefined until they are loaded. */
    tokens: data && pages.flatMap(({ tokens }) => tokens),
    /** How many there are, those on pages that are not loaded among them. */
    total: pages[0]?.total ?? 0,
    failed: error !== undefined,
    hasMore: pages.at(-1)?.next !== undefined,
    loadingMore: isValidating && size > pages.length,
    loadMore: () => void setSize(size + 1),
    reload: () => void mutate(),
    /** Takes off the list what the service has deleted. */
    remove: (id: number) => void mutate((loaded) => loaded && without(loaded, id), { revalidate: false }),
  };
}

export type TokenList = ReturnType<typeof useTokenList>;

function without(pages: readonly Page[], id: number): Page[] {
  return pages.map((page) => ({
    ...page,
    total: page.total - 1,
    tokens: page.tokens.filter((token) => token.id !== id),
  }));
}
