import base from '../jest.config.js';

/** The page for people, in a real browser. Each file has a service of its own. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  globalSetup: '<rootDir>/test/browser/support/global-setup.js',
  globalTeardown: '<rootDir>/test/browser/support/global-teardown.js',
  // Chromium and the service share the cores with the test.
  maxWorkers: 2,
  testTimeout: 60_000,
};
