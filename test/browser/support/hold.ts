import type { Page } from 'playwright-core';

export interface Hold {
  /** Resolves when the page has asked. */
  readonly asked: Promise<void>;
  /** How often it has asked. */
  readonly count: () => number;
  /** Lets the service have it, and all that follow. */
  readonly release: () => void;
}

/** Holds back requests, so that a test can look at the page that waits. @param path at its end, `*` for any id */
export async function hold(page: Page, method: string, path: string): Promise<Hold> {
  let count = 0;
  let tellAsked: () => void = () => undefined;
  let release: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (tellAsked = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(
    (url) => matches(url.pathname, path),
    async (route) => {
      if (route.request().method() !== method) return route.fallback();
      count += 1;
      tellAsked();
      await released;
      return route.continue();
    },
  );
  return { asked, count: () => count, release };
}

const matches = (pathname: string, path: string): boolean =>
  new RegExp(`^${path.replace('*', '[^/]+')}$`).test(pathname);
