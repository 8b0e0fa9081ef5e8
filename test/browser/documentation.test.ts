import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { until } from '../support/until.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

/** The sentences of the product's documentation, word for word, done one after the other. */
describe('How to create a token?', () => {
  const stage = withBrowser();

  const atTheTokens = async (page: Page): Promise<void> => {
    await page.goto('/');
    await page.getByRole('link', { name: 'API Personal Access Tokens' }).click();
  };

  test('You must be logged into your account.', async () => {
    const { page } = await stage.stranger();
    await page.goto(TOKENS);
    await expect(page.waitForURL(/\/sign-in\?next=%2Fsettings%2Ftokens$/)).resolves.toBeUndefined();
    expect(await page.getByRole('button', { name: 'Create Token' }).count()).toBe(0);
  });

  test('Navigate to the Account Settings page. Select API Personal Access Tokens.', async () => {
    const { page } = await stage.person();
    await page.goto('/');
    await page.getByRole('heading', { level: 1, name: 'Account settings' }).waitFor();
    await page.getByRole('link', { name: 'API Personal Access Tokens' }).click();
    await page.getByRole('heading', { level: 2, name: 'API Personal Access Tokens' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(TOKENS);
    expect(await page.title()).toBe('API Personal Access Tokens · Latchkey');
  });

  test('Then, enter a descriptive name for your token (e.g., "Mobile App Integration", "Automation Script"). Click Create Token.', async () => {
    const { page } = await stage.person();
    await atTheTokens(page);
    await page.getByLabel('Token name').fill('Mobile App Integration');
    await page.getByRole('button', { name: 'Create Token' }).click();
    const token = await page.getByRole('dialog').getByLabel('Token', { exact: true }).inputValue();
    expect(token).toMatch(/^\d+\|[A-Za-z0-9]{40}[0-9a-f]{8}$/);
    await asProgram(stage.app, token).get('/v1/current_user').expect(200);
  });

  test('NOTE: Copy and save your token immediately - it will only be shown once!', async () => {
    const { page } = await stage.person({ permissions: ['clipboard-read', 'clipboard-write'] });
    await atTheTokens(page);
    await page.getByLabel('Token name').fill('Automation Script');
    await page.getByRole('button', { name: 'Create Token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your new token' });
    await dialog
      .getByText('Copy and save your token immediately - it will only be shown once!', { exact: true })
      .waitFor();
    const token = await dialog.getByLabel('Token', { exact: true }).inputValue();
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await dialog.getByRole('status').getByText('Token copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
    await tokenRow(page, 'Automation Script').waitFor();
    const secret = token.split('|')[1] ?? '';
    expect(await page.content()).not.toContain(secret);
  });

  test('How to use your token?', async () => {
    const { page } = await stage.person({ permissions: ['clipboard-read', 'clipboard-write'] });
    await atTheTokens(page);
    await page.getByLabel('Token name').fill('Automation Script');
    await page.getByRole('button', { name: 'Create Token' }).click();
    const dialog = page.getByRole('dialog');
    const token = await dialog.getByLabel('Token', { exact: true }).inputValue();
    await dialog.getByRole('button', { name: 'Copy command' }).click();
    await dialog.getByText('Command copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `curl ${stage.app.url}/v1/current_user \\\n  -H "Authorization: Bearer ${token}"`,
    );
  });

  test('You can see a list of all your active tokens. Each token shows: Name, Created, Last Used.', async () => {
    const { page, user } = await stage.person();
    const createdAt = stage.app.clock.now();
    await createToken(stage.app, user, { name: 'Mobile App v2.1', createdAt });
    await createToken(stage.app, user, {
      name: 'Integration with Slack',
      lastUsedAt: new Date(createdAt.getTime() - 3 * 3_600_000),
    });
    await atTheTokens(page);
    await tokenRow(page, 'Integration with Slack').waitFor();
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual([
      'Name',
      'Created',
      'Last Used',
      expect.anything(),
    ]);
    const [slack, mobile] = [tokenRow(page, 'Integration with Slack'), tokenRow(page, 'Mobile App v2.1')];
    await slack.getByText('3 hours ago').waitFor();
    await mobile.getByText('Never').waitFor();
    const created = mobile.getByRole('cell').first().getByRole('time');
    expect(await created.getAttribute('datetime')).toBe(createdAt.toISOString());
    expect(await created.getAttribute('title')).toContain(String(createdAt.getFullYear()));
  });

  test('Find the token in your list. Click the Delete icon next to the token. Confirm the deletion.', async () => {
    const { page, user } = await stage.person();
    const kept = await createToken(stage.app, user, { name: 'Mobile App v2.1' });
    const token = await createToken(stage.app, user, { name: 'Integration with Slack' });
    await atTheTokens(page);
    await page.getByRole('button', { name: 'Delete Integration with Slack' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
    await tokenRow(page, 'Integration with Slack').waitFor({ state: 'detached' });
    await asProgram(stage.app, token).get('/v1/current_user').expect(401);
    await asProgram(stage.app, kept).get('/v1/current_user').expect(200);
    await page.getByRole('status').getByText('“Integration with Slack” was deleted.').waitFor();
  });

  test('Go to Account Settings > API Personal Access Tokens. Click Delete All Tokens. Confirm the action.', async () => {
    const { page, user } = await stage.person();
    const tokens = [await createToken(stage.app, user), await createToken(stage.app, user)];
    await atTheTokens(page);
    await page.getByRole('button', { name: 'Delete All Tokens' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 tokens').waitFor();
    await dialog.getByRole('textbox').fill('delete all tokens');
    await dialog.getByRole('button', { name: 'Delete All Tokens' }).click();
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    for (const token of tokens) await asProgram(stage.app, token).get('/v1/current_user').expect(401);
  });

  test('"Token name is required." - Make sure you\'ve entered a name for your token before creating it.', async () => {
    const visitor = await stage.person();
    const { page } = visitor;
    visitor.expectRefusal(400);
    await atTheTokens(page);
    for (const name of ['', '   ']) {
      const field = page.getByLabel('Token name');
      await field.fill(name);
      const refused = page.waitForResponse('**/tokens/create');
      await page.getByRole('button', { name: 'Create Token' }).click();
      await refused;
      await page.getByText('Token name is required.', { exact: true }).first().waitFor();
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      await until(() => field.evaluate((element) => element === document.activeElement));
    }
    await page.getByText('What do the errors mean?').click();
    await page.getByText('“Token name must be a string.”').waitFor();
  });

  test('A session is asked for again, when it has ended: "Unauthorized" is never all one sees.', async () => {
    const visitor = await stage.person();
    const { page } = visitor;
    visitor.expectRefusal(401);
    await atTheTokens(page);
    await page.getByLabel('Token name').waitFor();
    await visitor.endSession();
    await page.getByLabel('Token name').fill('Automation Script');
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page.getByText('Your session has ended.').waitFor();
  });
});
