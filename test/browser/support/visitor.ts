import { expect } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { PASSWORD, type TestUser } from '../../support/factories.js';

/** Longer than anything takes, shorter than a test may. */
const PATIENCE_MS = 15_000;

/** Somebody with a browser of their own. */
export class Visitor {
  /** What the browser's console said, errors of scripts and of the Content-Security-Policy among it. */
  readonly console: string[] = [];
  /** Every address that was asked. */
  readonly requests: string[] = [];
  private readonly expected: RegExp[] = [];
  private hasLeft = false;

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {
    this.watch(page);
  }

  static async come(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: url, ...options });
    return new Visitor(await context.newPage(), context, url);
  }

  /** Another page of the same browser, watched like the first. */
  async newTab(): Promise<Page> {
    const page = await this.context.newPage();
    this.watch(page);
    return page;
  }

  /** Gets a session without going through the page. */
  async signIn(user: TestUser): Promise<void> {
    const answer = await this.page.request.post('/v1/auth/login', {
      data: { email: user.email, password: PASSWORD },
      headers: { 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(answer.status()).toBe(200);
  }

  /** As the browser would send it. */
  async cookie(): Promise<string> {
    const cookies = await this.context.cookies();
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** The session is over on the server, as signing out elsewhere would end it: the browser does not know. */
  async endSession(): Promise<void> {
    const answer = await fetch(`${this.url}/v1/auth/logout`, {
      method: 'POST',
      headers: {
        Cookie: await this.cookie(),
        'Sec-Fetch-Site': 'same-origin',
      },
    });
    expect(answer.status).toBe(204);
  }

  /** The browser itself notes each answer that says no; a test that is about one says so. */
  expectRefusal(status: number): void {
    this.expected.push(new RegExp(`^error: Failed to load resource: .* status of ${status} `));
  }

  /** Without a network, until it is back. */
  async setOffline(offline: boolean): Promise<void> {
    await this.context.setOffline(offline);
  }

  expectNoAnswer(): void {
    this.expected.push(/^error: Failed to load resource: net::ERR_/);
  }

  /** Only the first time counts. @throws where the console has said something, or another site was asked */
  async leave(): Promise<void> {
    if (this.hasLeft) return;
    this.hasLeft = true;
    await this.context.close();
    const unexpected = this.console.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
    expect(unexpected).toEqual([]);
    expect(this.requests.filter((url) => !url.startsWith(`${this.url}/`))).toEqual([]);
  }

  private watch(page: Page): void {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.console.push(`error: ${error.message}`));
    page.on('request', (request) => this.requests.push(request.url()));
  }
}
