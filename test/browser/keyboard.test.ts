import { describe, expect, test } from '@jest/globals';
import { createToken } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { focusedName, isFocused, tabTo } from './support/focus.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

const NAME = 'Automation Script';

describe('With the keyboard alone', () => {
  const stage = withBrowser();

  test('a token is created, copied and deleted', async () => {
    const { page } = await stage.person({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { keyboard } = page;
    await page.goto('/');
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    await tabTo(page, 'API Personal Access Tokens');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await tabTo(page, 'Token name');
    await keyboard.type(NAME);
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Your new token' });
    await dialog.waitFor();
    await tabTo(page, 'Copy');
    await keyboard.press('Enter');
    await dialog.getByText('Token copied.').waitFor();
    const token = await page.evaluate(() => navigator.clipboard.readText());
    await asProgram(stage.app, token).get('/v1/current_user').expect(200);
    await tabTo(page, 'Done');
    await keyboard.press('Space');
    await dialog.waitFor({ state: 'detached' });
    expect(await focusedName(page)).toBe('Token name');

    await tokenRow(page, NAME).waitFor();
    await tabTo(page, `Delete ${NAME}`);
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Delete this token?' }).waitFor();
    await tabTo(page, 'Delete token');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await asProgram(stage.app, token).get('/v1/current_user').expect(401);
  });

  test('all tokens are deleted', async () => {
    const { page, user } = await stage.person();
    await createToken(stage.app, user);
    await page.goto(TOKENS);
    await tokenRow(page, NAME).waitFor();
    await tabTo(page, 'Delete All Tokens');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Delete all your tokens?' }).waitFor();
    await page.keyboard.type('delete all tokens');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
  });

  test('the first key leads past the header, to the content', async () => {
    const { page } = await stage.person();
    await page.goto(TOKENS);
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('Token name');
  });

  test('after a change of page, the focus is on what it is about', async () => {
    const { page } = await stage.person();
    await page.goto('/');
    await page.getByRole('link', { name: 'Password' }).press('Enter');
    const heading = page.getByRole('heading', { name: 'Password' });
    await heading.waitFor();
    expect(await isFocused(heading)).toBe(true);
    expect(await page.title()).toBe('Password · Latchkey');
  });

  test('wherever the focus is, it is seen', async () => {
    const { page, user } = await stage.person();
    await createToken(stage.app, user);
    await page.goto(TOKENS);
    await tokenRow(page, NAME).waitFor();
    const unseen: string[] = [];
    for (let presses = 0; presses < 25; presses += 1) {
      await page.keyboard.press('Tab');
      const name = await focusedName(page);
      const isSeen = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return true;
        const { outlineStyle, outlineWidth, clipPath } = getComputedStyle(element);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && clipPath === 'none';
      });
      if (!isSeen) unseen.push(name);
    }
    expect(unseen).toEqual([]);
  });
});
