import { mkdir } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { TestApp } from '../support/app.js';
import { ORIGIN } from '../harness/service.js';
import { createToken, createUser, PASSWORD, type TestUser } from '../support/factories.js';
import { launchOptions } from './support/chromium.js';
import { TOKENS } from './support/pages.js';

const FOLDER = 'docs/pictures';
/** All pictures are of this moment, so that only a change of the page changes them. */
const NOW = new Date('2026-11-25T09:41:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago each was made, and used, and how long it still lives. */
const TOKENS_SHOWN: readonly [name: string, made: number, used?: number, lives?: number][] = [
  ['Backup - Nightly Export', 320 * DAY, 6 * HOUR + 41 * MINUTE],
  ['Mobile App v2.1', 190 * DAY, 2 * MINUTE],
  ['Automation Script - Project Updates', 130 * DAY, 26 * HOUR],
  ['Integration with Slack', 87 * DAY, 12 * MINUTE, 3 * DAY],
  ['Spreadsheet for Accounting', 9 * DAY],
];
const NEW_NAME = 'Deployment from GitHub';
/** A real one would be another each time, and nobody's. */
const NEW_TOKEN = '6|5Kl8t7TLvmBsIMDrm1C31v1Wf9NLD4uGEpUdbZuQe24eae07';

const WIDE = { viewport: { width: 1280, height: 1240 } };
const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const SIZES = { '1280': WIDE, '375': PHONE };
const SCHEMES = ['light', 'dark'] as const;

const app = await TestApp.start();
app.clock.advance(NOW.getTime() - app.clock.now().getTime());
const user = await createUser(app, {
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  createdAt: new Date(NOW.getTime() - 400 * DAY),
});
for (const [name, made, used, lives] of TOKENS_SHOWN) {
  await createToken(app, user, {
    name,
    createdAt: new Date(NOW.getTime() - made),
    ...(used !== undefined && { lastUsedAt: new Date(NOW.getTime() - used) }),
    ...(lives !== undefined && { expiresAt: new Date(NOW.getTime() + lives) }),
  });
}
// The address that people see is the same each time, whatever port the service has.
const { args = [], ...options } = launchOptions();
const rules = `MAP ${new URL(ORIGIN).host} ${new URL(app.url).host}`;
const browser = await chromium.launch({ ...options, args: [...args, `--host-resolver-rules=${rules}`] });
try {
  await mkdir(FOLDER, { recursive: true });
  for (const [width, size] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES)
      await takePictures(browser, user, `${width}-${colorScheme}`, { ...size, colorScheme });
  }
} finally {
  await browser.close();
  await app.stop();
}

async function takePictures(
  from: Browser,
  { email }: TestUser,
  suffix: string,
  look: Parameters<Browser['newContext']>[0],
): Promise<void> {
  const context = await from.newContext({
    baseURL: ORIGIN,
    locale: 'en',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...look,
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  await page.goto('/sign-in');
  await page.getByText('New here?').waitFor();
  await take(page, `sign-in-${suffix}`);

  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
  await page.goto(TOKENS);
  await page.getByRole('rowheader').first().waitFor();
  await take(page, `tokens-${suffix}`);

  await page.route('**/tokens/create', (route) => route.fulfill({ status: 201, json: { token: NEW_TOKEN } }));
  await page.getByLabel('Token name').fill(NEW_NAME);
  await page.getByRole('button', { name: 'Create Token' }).click();
  await page.getByRole('dialog', { name: 'Your new token' }).waitFor();
  await take(page, `new-token-${suffix}`);
  await context.close();
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  // Nothing looks pointed at.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled', caret: 'hide' });
}
