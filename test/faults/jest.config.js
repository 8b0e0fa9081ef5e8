import base from '../jest.config.js';

/** What happens to databases, networks, disks, clocks and the service itself, while clients are at work. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
  // Each file runs a service, clients and often a database server; beside another, it would measure that one.
  maxWorkers: 1,
  testTimeout: 300_000,
};
