import useSWRInfinite from 'swr/infinite';
import { type Answer, nextCursor } from './client.js';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
  readonly total: number;
}

/**
 * A list of the service, page after page.
 * @param key what is listed, as one text: another one is another list
 * @param ask gets the cursor of a page, undefined for the first
 */
export function usePages<T>(key: string, ask: (cursor: string | undefined) => Promise<Answer<readonly T[]>>) {
  const { data, error, size, setSize, isValidating, mutate } = useSWRInfinite<Page<T>, unknown>(
    (index: number, before: Page<T> | null) =>
      index > 0 && before?.next === undefined ? null : [key, before?.next],
    async ([, cursor]: [key: string, cursor: string | undefined]) => {
      const { data: items, headers } = await ask(cursor);
      return { items, next: nextCursor(headers), total: Number(headers.get('x-total-count')) };
    },
    { keepPreviousData: true },
  );
  return {
    /** Undefined until they are loaded. */
    items: data?.flatMap(({ items }) => items),
    /** How many there are, those on pages that are not loaded among them. */
    total: data?.[0]?.total ?? 0,
    failed: error !== undefined,
    hasMore: data?.at(-1)?.next !== undefined,
    loadingMore: isValidating && size > (data?.length ?? 0),
    loadMore: () => void setSize(size + 1),
    reload: () => void mutate(),
    /** Changes what is loaded, without asking. */
    change: (by: (page: Page<T>) => Page<T>) => void mutate((pages) => pages?.map(by), { revalidate: false }),
  };
}
