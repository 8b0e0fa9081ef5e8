import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { withBrowser } from './support/with-browser.js';

/** Every other test relies on it: nobody may have seen anything in the console, or asked another site. */
describe('A visitor notices', () => {
  const stage = withBrowser();

  const offences: Record<string, (page: Page) => Promise<unknown>> = {
    'an inline script': (page) =>
      page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'document.title = "Taken over"';
        document.head.append(script);
      }),
    'an inline style': (page) =>
      page.evaluate(() => {
        document.body.insertAdjacentHTML('beforeend', '<p style="color: red">Red</p>');
      }),
    'a style sheet in the page': (page) =>
      page.evaluate(() => {
        const style = document.createElement('style');
        style.textContent = 'body { display: none }';
        document.head.append(style);
      }),
    'a handler in markup': (page) =>
      page.evaluate(() => {
        document.body.insertAdjacentHTML('beforeend', '<button onclick="alert(1)">Press</button>');
        document.body.querySelector<HTMLElement>('button:last-child')?.click();
      }),
    'a script of another site': (page) =>
      page.evaluate(() => {
        const script = document.createElement('script');
        script.src = 'https://elsewhere.example/script.js';
        document.head.append(script);
      }),
  };

  test.each(Object.entries(offences))('%s, and the policy stops it', async (_name, offend) => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    await page.goto('/sign-in');
    await page.getByText('New here?').waitFor();
    const noticed = page.waitForEvent('console');
    await offend(page);
    await noticed;
    expect(await page.title()).toBe('Sign in · Latchkey');
    await expect(visitor.leave()).rejects.toThrow(/Content Security Policy/);
  });

  test('an error that nobody has caught', async () => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    await page.goto('/sign-in');
    const noticed = page.waitForEvent('pageerror');
    await page.evaluate(() => {
      setTimeout(() => {
        throw new Error('A bug.');
      });
    });
    await noticed;
    await expect(visitor.leave()).rejects.toThrow('A bug.');
  });

  test('a refusal that the test has not expected', async () => {
    const visitor = await stage.stranger();
    const { page } = visitor;
    await page.goto('/sign-in');
    const noticed = page.waitForEvent('console');
    await page.evaluate(() => fetch('/v1/current_user'));
    await noticed;
    await expect(visitor.leave()).rejects.toThrow('status of 401');
  });
});
