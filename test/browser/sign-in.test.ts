import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken, createUser, PASSWORD } from '../support/factories.js';
import { isFocused } from './support/focus.js';
import { hold } from './support/hold.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

const DAY_MINUTES = 24 * 60;

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('Signing in', () => {
  const stage = withBrowser();

  test('tells password managers what each field is', async () => {
    const { page } = await stage.stranger();
    await page.goto('/sign-in');
    expect(await page.getByLabel('Email').getAttribute('autocomplete')).toBe('username');
    const password = page.getByLabel('Password', { exact: true });
    expect(await password.getAttribute('autocomplete')).toBe('current-password');
  });

  test('a wrong password is said and read out, and the address stays', async () => {
    const { email } = await createUser(stage.app);
    const visitor = await stage.stranger();
    const { page } = visitor;
    visitor.expectRefusal(401);
    await page.goto('/sign-in');
    await signIn(page, email, 'certainly not the password');
    const alert = page.getByRole('alert');
    await alert.getByText(/email address or (the )?password is wrong/i).waitFor();
    expect(await isFocused(alert)).toBe(true);
    expect(await page.getByLabel('Email').inputValue()).toBe(email);
    await signIn(page, email);
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
  });

  test('after too many attempts it says when to try again, on the clock', async () => {
    const { email } = await createUser(stage.app);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const body = { email, password: 'certainly not the password' };
      await stage.app.request().post('/v1/auth/login').send(body).expect(401);
    }
    const visitor = await stage.stranger({ timezoneId: 'UTC' });
    const { page } = visitor;
    visitor.expectRefusal(429);
    await page.goto('/sign-in');
    const refused = page.waitForResponse('**/v1/auth/login');
    await signIn(page, email);
    const wait = Number(await (await refused).headerValue('retry-after')) * 1000;
    const message = await page.getByRole('alert').innerText();
    const [, hour = '', minute = '', half] = /That is at (\d+):(\d\d)\s(AM|PM)\./.exec(message) ?? [];
    const said = ((Number(hour) % 12) + (half === 'PM' ? 12 : 0)) * 60 + Number(minute);
    const expected = new Date(Date.now() + wait);
    const minutesOff = expected.getUTCHours() * 60 + expected.getUTCMinutes() - said;
    // At midnight, the clock begins again.
    expect([0, 1]).toContain((minutesOff + DAY_MINUTES) % DAY_MINUTES);
  });

  test('a session that ends in the middle: sign in, and be back with what was typed still there', async () => {
    const visitor = await stage.person();
    const { page, user } = visitor;
    visitor.expectRefusal(401);
    await page.goto(`${TOKENS}?search=slack`);
    await page.getByLabel('Token name').fill('Automation Script - Project Updates');
    await visitor.endSession();
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page.getByText('Your session has ended.').waitFor();
    await signIn(page, user.email);
    await page.getByRole('heading', { name: 'API Personal Access Tokens' }).waitFor();
    expect(await page.getByLabel('Token name').inputValue()).toBe('Automation Script - Project Updates');
    expect(new URL(page.url()).search).toBe('?search=slack');
  });

  test('what one person typed and saw is not shown to the next, not even for a moment', async () => {
    const { page, user } = await stage.person();
    const other = await createUser(stage.app);
    await createToken(stage.app, user);
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Not for others');
    await tokenRow(page, 'Automation Script').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    const list = await hold(page, 'GET', '/v1/current_user/tokens');
    await signIn(page, other.email);
    await page.getByRole('link', { name: 'API Personal Access Tokens' }).click();
    await list.asked;
    await page.getByText('Loading your tokens…').waitFor();
    expect(await page.getByLabel('Token name').inputValue()).toBe('');
    expect(await page.getByRole('rowheader').count()).toBe(0);
    list.release();
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
  });

  test.each([
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example/',
    '/\t/elsewhere.example/',
    '/.//elsewhere.example/',
    '/%2e//elsewhere.example/',
    'javascript:alert(1)',
    '/v1/../..//elsewhere.example',
  ])('never leaves the site, wherever a link says to go on to: %j', async (next) => {
    const { page } = await stage.person();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page
      .getByText(/Account settings|Page not found/)
      .first()
      .waitFor();
    expect(new URL(page.url()).origin).toBe(stage.app.url);
  });
});

describe('Signing out', () => {
  const stage = withBrowser();

  test('ends the session on the service, and the Back button shows nothing', async () => {
    const visitor = await stage.person();
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('link', { name: 'Password' }).click();
    const cookie = await visitor.cookie();
    await stage.app.request().get('/v1/current_user').set('Cookie', cookie).expect(200);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    await stage.app.request().get('/v1/current_user').set('Cookie', cookie).expect(401);
    await page.goBack();
    await page.waitForURL(/\/sign-in/);
    expect(await page.getByRole('heading', { name: 'Account settings' }).count()).toBe(0);
  });

  test('of a session that has ended elsewhere is signing out', async () => {
    const visitor = await stage.person();
    visitor.expectRefusal(401);
    const { page } = visitor;
    await page.goto('/');
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    await visitor.endSession();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
  });
});
