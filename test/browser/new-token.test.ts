import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { asPerson } from '../support/requests.js';
import { isFocused } from './support/focus.js';
import { hold } from './support/hold.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

const NAME = 'Automation Script';
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

interface Shown {
  readonly dialog: Locator;
  readonly field: Locator;
  readonly token: string;
}

/** Creates a token on the page that is open. */
async function create(page: Page): Promise<Shown> {
  await page.getByLabel('Token name').fill(NAME);
  await page.getByRole('button', { name: 'Create Token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your new token' });
  const field = dialog.getByLabel('Token', { exact: true });
  return { dialog, field, token: await field.inputValue() };
}

/** Everything a page could have kept: what it shows and holds, its address, its history, and all its storage. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')];
    return JSON.stringify([
      document.documentElement.outerHTML,
      fields.map(({ value }) => value),
      document.title,
      window.location.href,
      window.name,
      window.history.state,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
      await indexedDB.databases(),
      await caches.keys(),
    ]);
  });

describe('A new token', () => {
  const stage = withBrowser();

  test('can be read and copied, but not changed', async () => {
    const { page } = await stage.person(CLIPBOARD);
    await page.goto(TOKENS);
    const { dialog, field, token } = await create(page);
    expect(await field.isEditable()).toBe(false);
    // So that O and 0, l and 1 are told apart.
    expect(await field.evaluate((it) => getComputedStyle(it).fontFamily)).toMatch(/monospace$/);
    await field.focus();
    await page.keyboard.press('Control+c');
    await dialog.getByText('Token copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  });

  test.each(['Escape', 'Done'])(
    '%s asks first while it is not copied, and can be taken back',
    async (way) => {
      const { page } = await stage.person(CLIPBOARD);
      await page.goto(TOKENS);
      const { dialog, field, token } = await create(page);
      const leave = () =>
        way === 'Escape' ? page.keyboard.press('Escape') : dialog.getByRole('button', { name: way }).click();
      await leave();
      const keep = dialog.getByRole('button', { name: 'Keep it open' });
      await dialog.getByText('It cannot be shown again.').waitFor();
      expect(await isFocused(keep)).toBe(true);
      await keep.click();
      expect(await field.inputValue()).toBe(token);
      expect(await isFocused(field)).toBe(true);
      await leave();
      await dialog.getByRole('button', { name: 'Close without copying' }).click();
      await dialog.waitFor({ state: 'detached' });
      await tokenRow(page, NAME).waitFor();
    },
  );

  test('Escape, however often, does not close it by itself', async () => {
    const { page } = await stage.person();
    await page.goto(TOKENS);
    const { field, token } = await create(page);
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('Escape');
    expect(await field.inputValue()).toBe(token);
  });

  test('copied, it closes at once', async () => {
    const { page } = await stage.person(CLIPBOARD);
    await page.goto(TOKENS);
    const { dialog } = await create(page);
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await dialog.getByText('Token copied.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('the browser asks before the page is left, until it is copied', async () => {
    const { page } = await stage.person(CLIPBOARD);
    await page.goto(TOKENS);
    const { dialog, field, token } = await create(page);
    const question = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const asked = await question;
    expect(asked.type()).toBe('beforeunload');
    await asked.dismiss();
    expect(await field.inputValue()).toBe(token);

    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await dialog.getByText('Token copied.').waitFor();
    page.on('dialog', () => {
      throw new Error('It asks all the same.');
    });
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
  });

  test('the Back button loses nothing: it stays open above whatever page there is', async () => {
    const { page } = await stage.person();
    await page.goto('/settings/profile');
    await page.getByRole('link', { name: 'API Personal Access Tokens' }).click();
    const { dialog, field, token } = await create(page);
    await page.goBack();
    await page.getByRole('heading', { name: 'Profile', includeHidden: true }).waitFor();
    expect(await field.inputValue()).toBe(token);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.getByRole('button', { name: 'Keep it open' }).waitFor();
  });

  test('the end of the session loses nothing, either', async () => {
    const visitor = await stage.person();
    const { page } = visitor;
    visitor.expectRefusal(401);
    const list = await hold(page, 'GET', '/v1/current_user/tokens');
    await page.goto(TOKENS);
    const { field, token } = await create(page);
    await visitor.endSession();
    list.release();
    await page.waitForURL(/\/sign-in/);
    expect(await field.inputValue()).toBe(token);
  });

  test('once dismissed, nothing of it is left: not in the page, its address, the history or any storage', async () => {
    const visitor = await stage.person(CLIPBOARD);
    const { page } = visitor;
    await page.goto('/settings/profile');
    await page.getByRole('link', { name: 'API Personal Access Tokens' }).click();
    const { dialog, token } = await create(page);
    const [, secret = ''] = token.split('|');
    expect(await kept(page)).toContain(secret);
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
    await tokenRow(page, NAME).waitFor();
    expect(await kept(page)).not.toContain(secret);

    await page.goBack();
    await page.goForward();
    await page.reload();
    await tokenRow(page, NAME).waitFor();
    expect(await kept(page)).not.toContain(secret);
    expect(visitor.requests.join('\n')).not.toContain(secret);
    expect(visitor.console).toEqual([]);
  });

  test('where the browser does not let the page copy, as on plain http, it is selected', async () => {
    const { page } = await stage.person();
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await page.goto(TOKENS);
    const { dialog, field, token } = await create(page);
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await dialog.getByText('Your browser does not let the page copy.').waitFor();
    expect(await isFocused(field)).toBe(true);
    expect(await page.evaluate(() => window.getSelection()?.toString())).toBe(token);
    await page.keyboard.press('Control+c');
    await dialog.getByText('Token copied.').waitFor();
    await dialog.getByRole('button', { name: 'Copy command' }).click();
    await dialog.getByText('Your browser does not let the page copy.').waitFor();
    expect(await page.evaluate(() => window.getSelection()?.toString())).toContain(`Bearer ${token}"`);
  });

  test('a double click on Create Token makes one', async () => {
    const { page, user } = await stage.person();
    const creation = await hold(page, 'POST', '/v1/current_user/tokens/create');
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill(NAME);
    const button = page.getByRole('button', { name: 'Create Token' });
    await button.dblclick();
    await creation.asked;
    await button.click({ force: true });
    await page.getByLabel('Token name').press('Enter');
    creation.release();
    await page.getByRole('dialog', { name: 'Your new token' }).waitFor();
    expect(creation.count()).toBe(1);
    const { body } = await (await asPerson(stage.app, user)).get('/v1/current_user/tokens').expect(200);
    expect(body).toHaveLength(1);
  });
});
