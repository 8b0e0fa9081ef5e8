import type { BrowserContextOptions, Page } from 'playwright-core';
import { createToken, type TestUser } from '../../support/factories.js';
import { TOKENS, tokenRow } from './pages.js';
import type { Visitor } from './visitor.js';
import type { Stage } from './with-browser.js';

type Scene = (stage: Stage, options: BrowserContextOptions) => Promise<Visitor>;

const NAME = 'Automation Script';
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

/** What a stranger sees. */
const before =
  (path: string, show: (visitor: Visitor) => Promise<void>): Scene =>
  async (stage, options) => {
    const visitor = await stage.stranger(options);
    await visitor.page.goto(path);
    await show(visitor);
    return visitor;
  };

/** What somebody sees who is signed in and has three tokens. */
const within =
  (path: string, show: (visitor: Visitor & { readonly user: TestUser }) => Promise<void>): Scene =>
  async (stage, options) => {
    const visitor = await stage.person(options);
    const lastUsedAt = stage.app.clock.now();
    await createToken(stage.app, visitor.user, { name: 'Integration with Slack' });
    await createToken(stage.app, visitor.user, { name: 'Mobile App v2.1', lastUsedAt });
    await createToken(stage.app, visitor.user, { name: NAME, lastUsedAt });
    await visitor.page.goto(path);
    await show(visitor);
    return visitor;
  };

const newToken = async ({ page }: Visitor): Promise<void> => {
  await page.getByLabel('Token name').fill('Deployment');
  await page.getByRole('button', { name: 'Create Token' }).click();
  await page.getByRole('dialog', { name: 'Your new token' }).waitFor();
};

/** Every page and every dialog, each in its states. */
export const SCENES: Readonly<Record<string, Scene>> = {
  'sign in': before('/sign-in', ({ page }) => page.getByText('New here?').waitFor()),
  'sign in, refused': before('/sign-in', async (visitor) => {
    visitor.expectRefusal(401);
    await visitor.page.getByLabel('Email').fill('nobody@example.com');
    await visitor.page.getByLabel('Password', { exact: true }).fill('certainly not the password');
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.getByRole('alert').waitFor();
  }),
  'sign up': before('/sign-up', ({ page }) => heading(page, 'Create an account')),
  'sign up, with errors': before('/sign-up', async (visitor) => {
    visitor.expectRefusal(400);
    await visitor.page.getByRole('button', { name: 'Create account' }).click();
    await visitor.page.locator('[aria-invalid]').first().waitFor();
  }),
  'a page that is none': before('/nowhere', async (visitor) => {
    visitor.expectRefusal(404);
    await heading(visitor.page, 'Page not found');
  }),
  profile: within('/settings/profile', ({ page }) => heading(page, 'Profile')),
  password: within('/settings/password', ({ page }) => heading(page, 'Password')),
  'no tokens': async (stage, options) => {
    const visitor = await stage.person(options);
    await visitor.page.goto(TOKENS);
    await heading(visitor.page, 'No tokens yet');
    return visitor;
  },
  tokens: within(TOKENS, async ({ page }) => {
    await tokenRow(page, NAME).waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
  }),
  'create, all that can be limited': within(TOKENS, async ({ page }) => {
    await page.getByText('Limit what it may do, from where, and how often').click();
    await page.getByLabel('Only some of it').check();
    await page.getByLabel('Expires').selectOption({ label: 'On a date…' });
    await page.getByLabel('Other scopes').waitFor();
  }),
  'a token': within(TOKENS, async ({ page }) => {
    await tokenRow(page, NAME).getByRole('link').click();
    await heading(page, 'What happened');
  }),
  'rotate a token': within(TOKENS, async ({ page }) => {
    await tokenRow(page, NAME).getByRole('link').click();
    await page.getByRole('button', { name: 'Rotate…' }).click();
    await page.getByRole('dialog', { name: 'Rotate this token?' }).waitFor();
  }),
  'security log': within('/settings/security-log', ({ page }) => page.getByText('You signed in.').waitFor()),
  'no token found': within(`${TOKENS}?search=nothing`, ({ page }) => heading(page, 'No token found')),
  'create, with an error': within(TOKENS, async (visitor) => {
    visitor.expectRefusal(400);
    await visitor.page.getByRole('button', { name: 'Create Token' }).click();
    await visitor.page.getByText('Token name is required.', { exact: true }).first().waitFor();
  }),
  'new token': within(TOKENS, newToken),
  'new token, not copied': within(TOKENS, async (visitor) => {
    await newToken(visitor);
    await visitor.page.keyboard.press('Escape');
    await visitor.page.getByRole('button', { name: 'Keep it open' }).waitFor();
  }),
  'delete a token': within(TOKENS, async ({ page }) => {
    await page.getByRole('button', { name: `Delete ${NAME}` }).click();
    await page.getByRole('dialog').waitFor();
  }),
  'delete all tokens': within(TOKENS, async ({ page }) => {
    await page.getByRole('button', { name: 'Delete All Tokens' }).click();
    await page.getByRole('dialog').getByText('3 tokens').waitFor();
  }),
  'a token was deleted': within(TOKENS, async ({ page }) => {
    await page.getByRole('button', { name: `Delete ${NAME}` }).click();
    await page.getByRole('button', { name: 'Delete token' }).click();
    await page.getByText(`“${NAME}” was deleted.`).waitFor();
  }),
  offline: within(TOKENS, async (visitor) => {
    await tokenRow(visitor.page, NAME).waitFor();
    await visitor.setOffline(true);
    await visitor.page.getByText('You are offline.').waitFor();
  }),
};
