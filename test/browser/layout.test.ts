import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken } from '../support/factories.js';
import { hold } from './support/hold.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { SCENES } from './support/scenes.js';
import { withBrowser } from './support/with-browser.js';

/** Of the page, and of the dialog that is open. */
const widths = (page: Page): Promise<{ readonly needed: number; readonly given: number }[]> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('dialog[open]')].map(
      ({ scrollWidth, clientWidth }) => ({ needed: scrollWidth, given: clientWidth }),
    ),
  );

describe('Nothing scrolls sideways', () => {
  const stage = withBrowser();
  const narrow = { viewport: { width: 320, height: 640 } };
  /** A window of 1280 px, enlarged. */
  const zoomed = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 };

  test.each(Object.entries(SCENES))('%s, 320 px wide, and at 200%%', async (_name, scene) => {
    const { page } = await scene(stage, narrow);
    for (const { viewport } of [narrow, zoomed]) {
      await page.setViewportSize(viewport);
      for (const { needed, given } of await widths(page)) expect(needed).toBeLessThanOrEqual(given);
    }
  });

  test('with letters of double size in a page of 640 px', async () => {
    const { page, user } = await stage.person(zoomed);
    await createToken(stage.app, user);
    await page.goto(TOKENS);
    await tokenRow(page, 'Automation Script').waitFor();
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    for (const { needed, given } of await widths(page)) expect(needed).toBeLessThanOrEqual(given);
  });
});

describe('Whoever asks for it', () => {
  const stage = withBrowser();
  const moving = (page: Page) => page.evaluate(() => document.getAnimations().length);
  const colours = (page: Page) =>
    page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [color, backgroundColor].map((it) =>
        (it.match(/\d+/g) ?? []).reduce((sum, part) => sum + Number(part), 0),
      );
    });

  test('sees nothing move', async () => {
    for (const reducedMotion of ['reduce', 'no-preference'] as const) {
      const { page } = await stage.person({ reducedMotion });
      const session = await hold(page, 'GET', '/v1/auth/session');
      await page.goto(TOKENS);
      await page.getByText('Loading…').waitFor();
      expect((await moving(page)) > 0).toBe(reducedMotion === 'no-preference');
      session.release();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    }
  });

  test('has it dark', async () => {
    const { page } = await stage.person({ colorScheme: 'dark' });
    await page.goto(TOKENS);
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    const [text = 0, background = 0] = await colours(page);
    expect(background).toBeLessThan(150);
    expect(text).toBeGreaterThan(600);
    await page.emulateMedia({ colorScheme: 'light' });
    const [lightText = 0, lightBackground = 0] = await colours(page);
    expect(lightBackground).toBeGreaterThan(600);
    expect(lightText).toBeLessThan(150);
  });
});
