import { afterAll, beforeAll } from '@jest/globals';
import { type StartOptions, TestApp } from './app.js';

/** An app for a whole file or a `describe`; it has started when the hooks that follow, and the tests, run. */
export function useApp(options?: StartOptions): TestApp {
  const app = new TestApp(options);
  beforeAll(() => app.start());
  afterAll(() => app.stop());
  return app;
}
