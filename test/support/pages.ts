import { ORIGIN } from '../harness/service.js';
import type { Client } from './requests.js';

export const idsOf = (body: unknown): number[] => (body as { id: number }[]).map(({ id }) => id);

/** The address of the next page, on this app. */
export function nextOf(headers: Readonly<Record<string, string>>): string | undefined {
  const [, url] = /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '') ?? [];
  return url?.replace(ORIGIN, '');
}

/** The ids on each page. @param between runs after each of them */
export async function allPages(
  client: Client,
  first: string,
  between?: () => Promise<void>,
): Promise<number[][]> {
  const pages: number[][] = [];
  for (let next: string | undefined = first; next !== undefined;) {
    const { body, headers } = await client.get(next).expect(200);
    pages.push(idsOf(body));
    next = nextOf(headers);
    await between?.();
  }
  return pages;
}
