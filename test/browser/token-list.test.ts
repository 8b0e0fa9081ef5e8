import { describe, expect, test } from '@jest/globals';
import { createToken, createTokens } from '../support/factories.js';
import { asPerson } from '../support/requests.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MARKUP = '<img src=x onerror=alert(1)>';
const EMOJI = '🔑'.repeat(255);

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `Token ${index + 1}`);

describe('The list of tokens', () => {
  const stage = withBrowser();

  test('before there is any, explains what one is for', async () => {
    const { page } = await stage.person();
    await page.goto(TOKENS);
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await page.getByText('instead of your password').waitFor();
    expect(await page.getByRole('button', { name: 'Delete All Tokens' }).count()).toBe(0);
    expect(await page.getByRole('table').count()).toBe(0);
  });

  test('holds 1,000: newest first, 50 at a time, each once, to the end', async () => {
    const { page, user } = await stage.person();
    await createTokens(stage.app, user, numbered(1000));
    await page.goto(TOKENS);
    const count = page.getByRole('status').filter({ hasText: /^(Showing|1,000)/ });
    await count.getByText('Showing 50 of 1,000').waitFor();
    const names = () =>
      page.getByRole('rowheader').evaluateAll((cells) => cells.map((cell) => cell.textContent));
    expect((await names()).slice(0, 2)).toEqual(['Token 1000', 'Token 999']);

    const more = page.getByRole('button', { name: 'Show more' });
    for (let shown = 100; shown < 1000; shown += 50) {
      await more.click();
      await count.getByText(`Showing ${shown} of 1,000`).waitFor();
    }
    await more.click();
    await count.getByText('1,000', { exact: true }).waitFor();
    expect(await more.count()).toBe(0);
    expect(await names()).toEqual(numbered(1000).reverse());
  });

  test('is searched by name, on all pages; the search is in the address, and outlives a reload', async () => {
    const { page, user } = await stage.person();
    await createToken(stage.app, user, { name: 'Integration with Slack' });
    await createTokens(stage.app, user, numbered(60));
    await page.goto(TOKENS);
    await page.getByText('Showing 50 of 61').waitFor();
    await page.getByLabel('Search tokens by name').fill('slack');
    await page.getByText('1 found').waitFor();
    await tokenRow(page, 'Integration with Slack').waitFor();
    expect(new URL(page.url()).search).toBe('?search=slack');
    await page.reload();
    await page.getByText('1 found').waitFor();
    expect(await page.getByLabel('Search tokens by name').inputValue()).toBe('slack');
    expect(await page.getByRole('rowheader').count()).toBe(1);
    await page.getByLabel('Search tokens by name').fill('');
    await page.getByText('Showing 50 of 61').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('a search without a match says so, and leads back to all of them', async () => {
    const { page, user } = await stage.person();
    await createTokens(stage.app, user, numbered(2));
    await page.goto(`${TOKENS}?search=%25`);
    await page.getByRole('heading', { name: 'No token found' }).waitFor();
    await page.getByRole('button', { name: 'Show all tokens' }).click();
    await tokenRow(page, 'Token 1').waitFor();
    expect(await page.getByLabel('Search tokens by name').inputValue()).toBe('');
  });

  test('says when in words, and exactly on hover and to screen readers', async () => {
    const { page, user } = await stage.person({ timezoneId: 'UTC' });
    stage.app.clock.advance(Date.now() - stage.app.clock.now().getTime());
    const now = stage.app.clock.now().getTime();
    const ages = {
      'just now': 0,
      '2 hours ago': 2 * HOUR + 600_000,
      yesterday: 26 * HOUR,
      '3 days ago': 3 * DAY + HOUR,
      '3 weeks ago': 23 * DAY,
      '2 months ago': 70 * DAY,
      'last year': 400 * DAY,
    };
    for (const [name, age] of Object.entries(ages)) {
      const createdAt = new Date(now - 500 * DAY);
      await createToken(stage.app, user, { name, createdAt, lastUsedAt: new Date(now - age) });
    }
    await createToken(stage.app, user, { name: 'Never' });
    await page.goto(TOKENS);
    for (const [text, age] of Object.entries(ages)) {
      const time = tokenRow(page, text).getByRole('cell').nth(1).getByRole('time');
      await time.getByText(text, { exact: true }).waitFor();
      const exact = new Intl.DateTimeFormat('en', {
        dateStyle: 'long',
        timeStyle: 'medium',
        timeZone: 'UTC',
      }).format(now - age);
      expect(await time.getAttribute('title')).toBe(exact);
      expect(await time.locator(':scope > :not([aria-hidden])').textContent()).toBe(exact);
    }
    await tokenRow(page, 'Never').getByRole('cell').nth(1).getByText('Never').waitFor();
  });

  test.each([
    ['of markup', MARKUP],
    ['of 255 emoji', EMOJI],
    ['of one long word', 'x'.repeat(255)],
    ['in another direction', 'مفتاح النشر'],
  ])('a name %s is shown as it is, everywhere', async (_kind, name) => {
    const { page, user } = await stage.person({ viewport: { width: 320, height: 700 } });
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill(name);
    await page.getByRole('button', { name: 'Create Token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(name, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.getByRole('button', { name: 'Close without copying' }).click();
    await tokenRow(page, name).waitFor();
    const { body } = await (await asPerson(stage.app, user)).get('/v1/current_user/tokens').expect(200);
    expect(body).toMatchObject([{ name }]);
    const isTooWide = () =>
      page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(await isTooWide()).toBe(false);

    await page.getByRole('button', { name: `Delete ${name}`, exact: true }).click();
    await dialog.getByText(name, { exact: true }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Delete token' }).click();
    await page.getByText(`“${name}” was deleted.`, { exact: true }).waitFor();
    expect(await isTooWide()).toBe(false);
  });

  test('a search of markup is shown as it is', async () => {
    const { page, user } = await stage.person();
    await createTokens(stage.app, user, numbered(1));
    await page.goto(`${TOKENS}?search=${encodeURIComponent(MARKUP)}`);
    await page.getByRole('heading', { name: 'No token found' }).waitFor();
    expect(await page.getByLabel('Search tokens by name').inputValue()).toBe(MARKUP);
    expect(await page.locator('img').count()).toBe(0);
  });
});
