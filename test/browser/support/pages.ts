import type { Locator, Page } from 'playwright-core';

export const TOKENS = '/settings/tokens';

/** The row of a token in the list. */
export const tokenRow = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader').getByRole('link', { name, exact: true }) });

/** Presses Create Token. @returns the token that is shown then */
export async function newTokenOf(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Create Token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your new token' });
  return dialog.getByLabel('Token', { exact: true }).inputValue();
}
