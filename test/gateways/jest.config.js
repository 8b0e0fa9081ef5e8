import base from '../jest.config.js';

/** The examples for gateways, each in the real program, between a real service and what it protects. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/gateways/**/*.test.ts'],
  // Each file runs a gateway and a service beside the test.
  maxWorkers: 2,
  testTimeout: 60_000,
};
