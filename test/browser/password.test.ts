import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken, PASSWORD } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { descriptionOf, isFocused } from './support/focus.js';
import { withBrowser } from './support/with-browser.js';

const NEXT = 'seven tired geese cross the river';

async function change(page: Page, from: string, to: string): Promise<void> {
  await page.getByLabel('Current password', { exact: true }).fill(from);
  await page.getByLabel('New password', { exact: true }).fill(to);
  await page.getByRole('button', { name: 'Change password' }).click();
}

describe('Changing the password', () => {
  const stage = withBrowser();

  test('says so, empties the fields, ends all other sessions, and leaves this one and the tokens alone', async () => {
    const { page, user } = await stage.person();
    stage.app.leaks.remember(NEXT);
    const elsewhere = await asPerson(stage.app, user);
    const program = asProgram(stage.app, await createToken(stage.app, user));
    await page.goto('/settings/password');
    await change(page, PASSWORD, NEXT);
    await page.getByRole('status').getByText('Your password is changed.').waitFor();
    expect(await page.getByLabel('Current password', { exact: true }).inputValue()).toBe('');
    expect(await page.getByLabel('New password', { exact: true }).inputValue()).toBe('');
    await elsewhere.get('/v1/current_user').expect(401);
    await program.get('/v1/current_user').expect(200);
    await page.reload();
    await page.getByRole('heading', { name: 'Password' }).waitFor();
  });

  test('a wrong current password and a weak new one are said beside their fields', async () => {
    const visitor = await stage.person();
    const { page } = visitor;
    await page.goto('/settings/password');
    const [current, next] = [
      page.getByLabel('Current password', { exact: true }),
      page.getByLabel('New password', { exact: true }),
    ];

    visitor.expectRefusal(400);
    await change(page, PASSWORD, 'short');
    await page.locator('[aria-invalid]').waitFor();
    expect(await descriptionOf(next)).toMatch(/at least 15 characters/);
    expect(await isFocused(next)).toBe(true);
    expect(await current.getAttribute('aria-invalid')).toBeNull();

    visitor.expectRefusal(401);
    await change(page, 'certainly not the password', NEXT);
    await page.locator('[name="current_password"][aria-invalid]').waitFor();
    expect(await descriptionOf(current)).toMatch(/wrong/);
    expect(await isFocused(current)).toBe(true);
    expect(await next.getAttribute('aria-invalid')).toBeNull();
    expect(await next.inputValue()).toBe(NEXT);
  });

  test('tells password managers whose it is, which is the old one and which the new', async () => {
    const { page, user } = await stage.person();
    await page.goto('/settings/password');
    await page.getByRole('heading', { name: 'Password' }).waitFor();
    const purposes = await page
      .locator('form input')
      .evaluateAll((fields) => fields.map((field) => field.getAttribute('autocomplete')));
    expect(purposes).toEqual(['username', 'current-password', 'new-password']);
    expect(await page.locator('[autocomplete="username"]').inputValue()).toBe(user.email);
  });
});
