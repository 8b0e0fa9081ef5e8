import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Refusals } from '../../../src/audit/refusals.js';
import { type StartOptions, TestApp } from '../../support/app.js';
import { createUser, type TestUser } from '../../support/factories.js';
import { connectToChromium } from './chromium.js';
import { Visitor } from './visitor.js';

/** What a file of browser tests has to itself. */
export interface Stage {
  readonly app: TestApp;
  /** Somebody whom the service does not know yet. */
  stranger(options?: BrowserContextOptions): Promise<Visitor>;
  /** Somebody who is signed in. */
  person(options?: BrowserContextOptions): Promise<Visitor & { readonly user: TestUser }>;
  /** Writes down the refusals that wait for the next interval. */
  flush(): Promise<void>;
}

/**
 * Starts the service for the tests of this file or group. After each test all visitors leave, and none
 * may have seen anything in the console.
 */
export function withBrowser(start: StartOptions = {}): Stage {
  let app: TestApp | undefined;
  let browser: Browser | undefined;
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    browser = await connectToChromium();
    app = await TestApp.start(start);
  });
  afterEach(async () => {
    const leaving = visitors;
    visitors = [];
    for (const visitor of leaving) await visitor.leave();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const stage: Stage = {
    get app() {
      if (app === undefined) throw new Error('The service has not started.');
      return app;
    },
    async stranger(options) {
      if (browser === undefined) throw new Error('The browser has not started.');
      const visitor = await Visitor.come(browser, stage.app.url, options);
      visitors.push(visitor);
      return visitor;
    },
    async person(options) {
      const visitor = await stage.stranger(options);
      const user = await createUser(stage.app);
      await visitor.signIn(user);
      return Object.assign(visitor, { user });
    },
    flush: () => stage.app.app.get(Refusals).flush(),
  };
  return stage;
}
