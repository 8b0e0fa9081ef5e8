import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { newTokenOf, TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

const DAY_MS = 86_400_000;

describe('What a new token may do, until when, and from where', () => {
  const stage = withBrowser();

  const openRights = (page: Page) =>
    page.getByText('Limit what it may do, from where, and how often').click();

  test('Everything, for ever and from anywhere, if one does not care.', async () => {
    const { page } = await stage.person();
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Automation Script');
    const { body } = await asProgram(stage.app, await newTokenOf(page)).get(
      '/v1/current_user/tokens/current',
    );
    expect(body).toMatchObject({ scopes: ['*'], expires_at: null, allowed_cidrs: null, rate_limit: null });
  });

  test('Known scopes are offered with what each means, and others can be written.', async () => {
    const { page } = await stage.person();
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Automation Script');
    await openRights(page);
    await page.getByLabel('Only some of it').check();
    await page.getByLabel('tokens:read See your tokens').check();
    await page.getByLabel('Other scopes').fill('projects:read  deploy:*');
    const program = asProgram(stage.app, await newTokenOf(page));
    const { body } = await program.get('/v1/current_user/tokens/current').expect(200);
    expect(body).toMatchObject({ scopes: ['tokens:read', 'projects:read', 'deploy:*'] });
    await program.get('/v1/current_user').expect(403);
  });

  test('A scope that the service does not know is shown as what another service has to know.', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { scopes: ['tokens:read', 'constructor'] });
    await page.goto(`${TOKENS}/${token.id}`);
    await page.getByText('tokens:read See your tokens').waitFor();
    await page.getByText('constructor Means something to another service').waitFor();
  });

  test.each([
    ['Other scopes', 'Projects!', /Scope 2 must be/],
    ['Allowed addresses', '300.1.2.3', /Address range 1 must be/],
    ['Requests a minute', 'many', /Requests a minute must be a whole number from 1 to 1,000,000/],
  ])('%s: what is wrong is said beside it, and nothing typed is lost.', async (label, text, message) => {
    const visitor = await stage.person();
    const { page } = visitor;
    visitor.expectRefusal(400);
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Automation Script');
    await openRights(page);
    await page.getByLabel('Only some of it').check();
    await page.getByLabel('tokens:read').check();
    await page.getByLabel(label).fill(text);
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page.locator('.field-error').getByText(message).waitFor();
    expect(await page.getByLabel(label).inputValue()).toBe(text);
    expect(await page.getByLabel('Token name').inputValue()).toBe('Automation Script');
    expect(await page.getByLabel('tokens:read').isChecked()).toBe(true);
  });

  test('It can be good for so many requests a minute; its page says for how many.', async () => {
    const { page } = await stage.person();
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Automation Script');
    await openRights(page);
    await page.getByLabel('Requests a minute').fill('1200');
    const { body } = await asProgram(stage.app, await newTokenOf(page)).get(
      '/v1/current_user/tokens/current',
    );
    const { id, rate_limit } = body as { id: number; rate_limit: number | null };
    expect(rate_limit).toBe(1200);
    await page.goto(`${TOKENS}/${id}`);
    await page.getByText('1,200').waitFor();
  });

  test.each([7, 30, 90])('It can expire in %d days.', async (days) => {
    const { page } = await stage.person();
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Automation Script');
    await page.getByLabel('Expires').selectOption(`In ${days} days`);
    const before = Date.now();
    const { body } = await asProgram(stage.app, await newTokenOf(page)).get(
      '/v1/current_user/tokens/current',
    );
    const expiresAt = Date.parse((body as { expires_at: string }).expires_at);
    expect(expiresAt).toBeGreaterThanOrEqual(before - 61_000 + days * DAY_MS);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + days * DAY_MS);
  });

  test('It can expire on a date: at the end of that day, where the person is.', async () => {
    const { page } = await stage.person({ timezoneId: 'Asia/Tokyo' });
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Automation Script');
    await page.getByLabel('Expires').selectOption('On a date…');
    await page.getByLabel('Last day').fill('2099-12-31');
    const { body } = await asProgram(stage.app, await newTokenOf(page)).get(
      '/v1/current_user/tokens/current',
    );
    expect(body).toMatchObject({ expires_at: '2099-12-31T14:59:59.000Z' });
  });

  test('A date that is over is refused beside its field.', async () => {
    const visitor = await stage.person();
    const { page } = visitor;
    visitor.expectRefusal(400);
    await page.goto(TOKENS);
    await page.getByLabel('Token name').fill('Automation Script');
    await page.getByLabel('Expires').selectOption('On a date…');
    await page.getByLabel('Last day').fill('2020-01-01');
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page
      .locator('.field-error')
      .getByText(/future/)
      .waitFor();
    expect(await page.getByLabel('Last day').getAttribute('aria-invalid')).toBe('true');
  });

  test('Tokens that have expired, and those that soon will, say so; the list can be narrowed to them.', async () => {
    const { page, user } = await stage.person();
    const now = Date.now();
    const expiring = (name: string, days: number) =>
      createToken(stage.app, user, { name, expiresAt: new Date(now + days * DAY_MS) });
    await expiring('Old Script', -2);
    await expiring('New Script', 3.5);
    await expiring('Far Script', 80);
    await page.goto(TOKENS);
    await tokenRow(page, 'Old Script').getByText('Expired 2 days ago').waitFor();
    await tokenRow(page, 'New Script').locator('.badge-soon').getByText('Expires in 3 days').waitFor();
    expect(await tokenRow(page, 'Far Script').locator('.badge-soon').count()).toBe(0);
    await page.getByLabel('State').selectOption('Expired');
    await tokenRow(page, 'New Script').waitFor({ state: 'detached' });
    await tokenRow(page, 'Old Script').waitFor();
    expect(new URL(page.url()).searchParams.get('state')).toBe('expired');
    await page.getByLabel('State').selectOption('All');
    await page.getByLabel('Order').selectOption('Expiring first');
    await page.getByRole('row').nth(1).getByText('Old Script').waitFor();
  });

  test('The page suggests the ranges from where a token was last used.', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { lastUsedAt: new Date(), lastUsedIp: '203.0.113.7' });
    await page.goto(`${TOKENS}/${token.id}`);
    await page.getByRole('button', { name: 'Allow 203.0.113.0/24' }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Your changes are saved.').waitFor();
    await asProgram(stage.app, token).get('/v1/current_user').expect(401);
    await page.getByLabel('Allowed addresses').fill('127.0.0.1');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('127.0.0.1/32').first().waitFor();
    await asProgram(stage.app, token).get('/v1/current_user').expect(200);
  });

  test('A token can get another name.', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { name: 'test' });
    await page.goto(TOKENS);
    await page.getByRole('link', { name: 'test' }).click();
    await page.getByRole('heading', { level: 2, name: 'test' }).waitFor();
    await page.getByLabel('Token name').fill('Integration with Slack');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { level: 2, name: 'Integration with Slack' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`${TOKENS}/${token.id}`);
  });
});
