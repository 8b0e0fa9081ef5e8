import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken, createUser, PASSWORD } from '../support/factories.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

const NAME = 'Automation Script';

/** Comes back to a tab after a while: what it shows is asked for again then, not at every glance. */
async function comeBack(page: Page): Promise<void> {
  await page.bringToFront();
  await page.clock.fastForward(60_000);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
}

describe('In two tabs', () => {
  const stage = withBrowser();

  test('a token made in one is in the list of the other', async () => {
    const visitor = await stage.person();
    const { page } = visitor;
    await page.clock.install();
    await page.goto(TOKENS);
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    const tab = await visitor.newTab();
    await tab.goto(TOKENS);
    await tab.getByLabel('Token name').fill(NAME);
    await tab.getByRole('button', { name: 'Create Token' }).click();
    await tab.getByRole('dialog').waitFor();
    await comeBack(page);
    await tokenRow(page, NAME).waitFor();
  });

  test('signing out in one ends the other, with what was typed kept until its owner is back', async () => {
    const visitor = await stage.person();
    const { page, user } = visitor;
    visitor.expectRefusal(401);
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill(NAME);
    const tab = await visitor.newTab();
    await tab.goto('/');
    await tab.getByRole('button', { name: 'Sign out' }).click();
    await tab.getByText('You have signed out.').waitFor();
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page.getByLabel('Email').fill(user.email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByLabel('Token name').inputValue()).toBe(NAME);
  });

  test('signing in as somebody else in one, the other shows and does nothing for the wrong person', async () => {
    const visitor = await stage.person();
    const { page, user } = visitor;
    const other = await createUser(stage.app);
    await createToken(stage.app, user, { name: NAME });
    await page.clock.install();
    await page.goto(TOKENS);
    await tokenRow(page, NAME).waitFor();
    const tab = await visitor.newTab();
    await tab.goto('/');
    await tab.getByRole('button', { name: 'Sign out' }).click();
    await tab.getByLabel('Email').fill(other.email);
    await tab.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab.getByRole('heading', { name: 'Profile' }).waitFor();
    await comeBack(page);
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await page.getByText(other.name).waitFor();
  });
});
