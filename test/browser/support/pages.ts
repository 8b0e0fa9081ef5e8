import type { Locator, Page } from 'playwright-core';

export const TOKENS = '/settings/tokens';

/** The row of a token in the list. */
export const tokenRow = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
