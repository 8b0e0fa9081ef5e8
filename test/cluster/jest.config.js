import base from '../jest.config.js';

/** The service as it runs on several machines: three Galera nodes, three instances, HAProxy before both. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testTimeout: 600_000,
};
