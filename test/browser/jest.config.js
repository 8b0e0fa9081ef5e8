import base from '../jest.config.js';

/** The page for people, in a real browser. Each file has a service and a browser of its own. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  // Chromium and the service share the cores with the test.
  maxWorkers: 2,
  testTimeout: 60_000,
};
