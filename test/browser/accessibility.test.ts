import { describe, expect, test } from '@jest/globals';
import { violationsOn } from './support/axe.js';
import { SCENES } from './support/scenes.js';
import { withBrowser } from './support/with-browser.js';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 320, height: 640 };

describe('axe finds nothing on', () => {
  const stage = withBrowser();

  test.each(Object.entries(SCENES))('%s: light and dark, wide and narrow', async (_name, scene) => {
    // Colours that are on their way to others are none of the theme's.
    const { page } = await scene(stage, { reducedMotion: 'reduce' });
    for (const viewport of [DESKTOP, PHONE]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violationsOn(page)).toEqual([]);
      }
    }
  });

  test('what is in order; and it does find what is not', async () => {
    const { page } = await stage.stranger();
    await page.goto('/sign-in');
    await page.getByText('New here?').waitFor();
    await page.evaluate(() => {
      document.querySelectorAll('label').forEach((label) => {
        label.remove();
      });
    });
    const found = await violationsOn(page);
    expect(found.filter((violation) => violation.startsWith('label: <input'))).toHaveLength(2);
  });
});
