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

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.console.push(`error: ${error.message}`));
    page.on('request', (request) => this.requests.push(request.url()));
  }

  static async come(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: url, ...options });
    return new Visitor(await context.newPage(), context, url);
  }

  /** Another page of the same browser. */
  async newTab(): Promise<Visitor> {
    return new Visitor(await this.context.newPage(), this.context, this.url);
  }

  /** Gets a session without going through the page. */
  async signIn(user: TestUser): Promise<void> {
    const answer = await this.page.request.post('/v1/auth/login', {
      data: { email: user.email, password: PASSWORD },
      headers: { 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(answer.status()).toBe(200);
  }

  /** The session is over on the server, and the page does not know. */
  async endSession(): Promise<void> {
    const answer = await this.page.request.post('/v1/auth/logout', {
      headers: { 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(answer.status()).toBe(204);
  }

  /** The browser itself notes each answer that says no; a test that is about one says so. */
  expectRefusal(status: number): void {
    this.expected.push(new RegExp(`^error: Failed to load resource: .* status of ${status} `));
  }

  expectNoAnswer(): void {
    this.expected.push(/^error: Failed to load resource: net::ERR_/);
  }

  /** @throws where the console has said something, or another site was asked */
  async leave(): Promise<void> {
    await this.context.close();
    const unexpected = this.console.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
    expect(unexpected).toEqual([]);
    expect(this.requests.filter((url) => !url.startsWith(`${this.url}/`))).toEqual([]);
  }
}
