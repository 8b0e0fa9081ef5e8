import type { Locator, Page } from 'playwright-core';

export const isFocused = (element: Locator): Promise<boolean> =>
  element.evaluate((it) => it === document.activeElement);

/** What a key would go to, as people know it. */
export const focusedName = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return '';
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    return (element.ariaLabel ?? label ?? element.textContent).trim();
  });

/** Moves on with the Tab key, as somebody without a mouse does. @throws where it is not reached */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const here = await focusedName(page);
    if (here === name) return;
    passed.push(here);
  }
  throw new Error(`The Tab key does not lead to ${name}, but to: ${passed.join(', ')}`);
}

/** The text that stands beside a field and is read out with it: its hint, its error. */
export const descriptionOf = (field: Locator): Promise<string> =>
  field.evaluate((it) =>
    (it.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent.trim())
      .join(' '),
  );
