import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createUser, PASSWORD } from '../support/factories.js';
import { descriptionOf, isFocused } from './support/focus.js';
import { withBrowser } from './support/with-browser.js';

async function fillIn(page: Page, name: string, email: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
}

describe('Signing up', () => {
  const stage = withBrowser();
  const create = (page: Page) => page.getByRole('button', { name: 'Create account' }).click();

  test('leads to the account settings, as somebody who is signed in', async () => {
    const { page } = await stage.stranger();
    stage.app.leaks.remember(PASSWORD);
    await page.goto('/');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await fillIn(page, 'Ada Lovelace', 'ada@example.com', PASSWORD);
    await create(page);
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    await page.reload();
    await page.getByRole('definition').filter({ hasText: 'ada@example.com' }).waitFor();
  });

  test('comes back to where somebody wanted to go', async () => {
    const { page } = await stage.stranger();
    await page.goto('/settings/tokens?search=slack');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await fillIn(page, 'Grace Hopper', 'grace@example.com', PASSWORD);
    await create(page);
    await page.getByRole('heading', { name: 'API Personal Access Tokens' }).waitFor();
    expect(new URL(page.url()).search).toBe('?search=slack');
  });

  test('tells password managers what each field is', async () => {
    const { page } = await stage.stranger();
    await page.goto('/sign-up');
    const purposes = { Name: 'name', Email: 'username', Password: 'new-password' };
    for (const [label, purpose] of Object.entries(purposes)) {
      const field = page.getByLabel(label, { exact: true });
      expect([label, await field.getAttribute('autocomplete')]).toEqual([label, purpose]);
    }
    expect(await page.getByLabel('Email').getAttribute('type')).toBe('email');
  });

  test('a password can be pasted, and looked at', async () => {
    const { page } = await stage.stranger({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto('/sign-up');
    await page.evaluate((text) => navigator.clipboard.writeText(text), PASSWORD);
    const field = page.getByLabel('Password', { exact: true });
    await field.press('Control+v');
    expect(await field.inputValue()).toBe(PASSWORD);
    expect(await field.getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show password' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    expect(await field.inputValue()).toBe(PASSWORD);
  });

  test('what is wrong stands beside its field, the first of them gets the focus, and nothing typed is lost', async () => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    visitor.expectRefusal(400);
    await page.goto('/sign-up');
    await fillIn(page, '', 'nobody', 'short');
    await create(page);
    const [name, email, password] = [
      page.getByLabel('Name'),
      page.getByLabel('Email'),
      page.getByLabel('Password', { exact: true }),
    ];
    await page.getByText('Name is required.').waitFor();
    expect(await descriptionOf(name)).toBe('Name is required.');
    expect(await descriptionOf(email)).toMatch(/email/i);
    expect(await descriptionOf(password)).toMatch(/at least 15 characters/);
    for (const field of [name, email, password])
      expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await isFocused(name)).toBe(true);
    expect(await email.inputValue()).toBe('nobody');
    expect(await password.inputValue()).toBe('short');
  });

  test('says beside the address that it has an account already', async () => {
    const { email } = await createUser(stage.app);
    const visitor = await stage.stranger();
    const { page } = visitor;
    visitor.expectRefusal(409);
    await page.goto('/sign-up');
    await fillIn(page, 'Ada Lovelace', email, PASSWORD);
    await create(page);
    const field = page.getByLabel('Email');
    await page.locator('[aria-invalid="true"]').waitFor();
    expect(await descriptionOf(field)).toMatch(/already/);
    expect(await isFocused(field)).toBe(true);
  });
});

describe('Where registration is closed', () => {
  const stage = withBrowser({ env: { REGISTRATION: 'closed' } });

  test('the page to sign in offers no account, and says whom to ask', async () => {
    const { page } = await stage.stranger();
    await page.goto('/sign-in');
    await page.getByText('Ask whoever runs this service.').waitFor();
    expect(await page.getByRole('link', { name: 'Create an account' }).count()).toBe(0);
  });

  test('an old link to sign up ends with the reason, read out at once', async () => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    visitor.expectRefusal(403);
    await page.goto('/sign-up');
    await fillIn(page, 'Ada Lovelace', 'ada@example.com', PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText(/closed/).waitFor();
    expect(await isFocused(alert)).toBe(true);
  });
});
