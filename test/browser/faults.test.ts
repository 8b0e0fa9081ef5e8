import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createToken, PASSWORD } from '../support/factories.js';
import { ServiceProcess } from '../harness/service.js';
import { freeze } from '../harness/program.js';
import { connectToChromium } from './support/chromium.js';
import { hold } from './support/hold.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { Visitor } from './support/visitor.js';
import { withBrowser } from './support/with-browser.js';

const NAME = 'Automation Script';

async function startDeleting(page: Page): Promise<void> {
  await page.getByRole('button', { name: `Delete ${NAME}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
}

describe('When the service dies in the middle of a delete', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  let browser: Browser;

  beforeAll(async () => {
    database = await createDatabase();
    service = await ServiceProcess.start({ DATABASE_URL: database.url });
    browser = await connectToChromium();
  });
  afterAll(async () => {
    await browser.close();
    await service.stop('SIGKILL');
    await database.drop();
  });

  test('the page says that it cannot tell, loses nothing, and the same button does it once it is back', async () => {
    const visitor = await Visitor.come(browser, service.url);
    const { page } = visitor;
    visitor.expectNoAnswer();
    await page.goto('/sign-up');
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('link', { name: 'API Personal Access Tokens' }).click();
    await page.getByLabel('Token name').fill(NAME);
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Close without copying' }).click();
    await tokenRow(page, NAME).waitFor();

    await freeze(service.pid);
    const sent = page.waitForRequest((request) => request.method() === 'DELETE');
    await startDeleting(page);
    await sent;
    await service.stop('SIGKILL');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('alert').getByText('the token may be deleted or not').waitFor();
    expect(await page.getByRole('rowheader', { includeHidden: true }).count()).toBe(1);

    service = await ServiceProcess.start({ DATABASE_URL: database.url, PORT: new URL(service.url).port });
    await dialog.getByRole('button', { name: 'Delete token' }).click();
    await page.getByText(`“${NAME}” was deleted.`).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await visitor.leave();
  });
});

describe('Without a network', () => {
  const stage = withBrowser();

  test('the page says that it is offline, changes nothing, and goes on when it is back', async () => {
    const visitor = await stage.person();
    const { page, user } = visitor;
    visitor.expectNoAnswer();
    await createToken(stage.app, user, { name: NAME });
    await page.goto(TOKENS);
    await tokenRow(page, NAME).waitFor();

    await visitor.setOffline(true);
    const banner = page.getByText('You are offline. What you see may be out of date');
    await banner.waitFor();
    await page.getByLabel('Token name').fill('Mobile App v2.1');
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page.getByRole('alert').getByText('You are offline. Try again').waitFor();
    await startDeleting(page);
    await page.getByRole('alert').getByText('The token is not deleted. You are offline.').waitFor();

    await visitor.setOffline(false);
    await banner.waitFor({ state: 'detached' });
    await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
    await tokenRow(page, NAME).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Token name').inputValue()).toBe('Mobile App v2.1');
    await page.getByRole('button', { name: 'Create Token' }).click();
    await page.getByRole('dialog', { name: 'Your new token' }).waitFor();
  });

  test('a list that cannot be loaded says so, and is loaded on demand', async () => {
    const visitor = await stage.person();
    const { page, user } = visitor;
    visitor.expectRefusal(503);
    await createToken(stage.app, user, { name: NAME });
    const list = '**/v1/current_user/tokens?*';
    await page.route(list, (route) => route.fulfill({ status: 503 }));
    await page.goto(TOKENS);
    await page.getByRole('alert').getByText('Could not load your tokens.').waitFor();
    await page.unroute(list);
    await page.getByRole('button', { name: 'Try again' }).click();
    await tokenRow(page, NAME).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});

describe('On a slow network', () => {
  const stage = withBrowser();

  test('something of the same size stands for what is to come, so that nothing jumps', async () => {
    // So high that the list is seen, and what is below it: what nobody sees does not jump.
    const { page, user } = await stage.person({ viewport: { width: 1280, height: 1600 } });
    for (const name of ['Mobile App v2.1', 'Integration with Slack', NAME]) {
      await createToken(stage.app, user, { name });
    }
    await page.addInitScript(() => {
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
          document.documentElement.dataset.shift = String(
            Number(document.documentElement.dataset.shift ?? 0) + entry.value,
          );
        }
      });
      observer.observe({ type: 'layout-shift', buffered: true });
    });
    const session = await hold(page, 'GET', '/v1/auth/session');
    const tokens = await hold(page, 'GET', '/v1/current_user/tokens');
    await page.goto(TOKENS);
    await session.asked;
    await page.locator('[aria-busy="true"]').getByText('Loading…').waitFor();
    session.release();
    await tokens.asked;
    await page.getByText('Loading your tokens…').waitFor();
    expect(await page.getByRole('button', { name: 'Create Token' }).isEnabled()).toBe(true);
    tokens.release();
    await tokenRow(page, NAME).waitFor();
    const shift = await page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
      return Number(document.documentElement.dataset.shift ?? 0);
    });
    // Half of what is still called good (https://web.dev/articles/cls).
    expect(shift).toBeLessThan(0.05);
  });
});
