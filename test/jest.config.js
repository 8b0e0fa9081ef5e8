/** Unit specs beside their source, end-to-end tests in test/. ESM throughout, so run with --experimental-vm-modules. */
export default {
  rootDir: '..',
  // Unit specs and the services that the client is installed into know no database: they need no second run.
  testMatch: [
    '<rootDir>/test/**/*.test.ts',
    '!**/test/browser/**',
    '!**/test/cluster/**',
    '!**/test/gateways/**',
    '!**/test/faults/**',
    ...(process.env.TEST_ENGINE === 'mysql'
      ? ['!**/test/client/consumers.test.ts']
      : ['<rootDir>/src/**/*.spec.ts']),
  ],
  globalSetup: '<rootDir>/test/support/global-setup.js',
  setupFiles: ['reflect-metadata'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^content-disposition$': '<rootDir>/test/support/content-disposition.cjs',
  },
  // Both together: packages and the source are loaded once for each worker, not once for each file.
  testEnvironment: '<rootDir>/test/support/warm-environment.js',
  runtime: '<rootDir>/test/support/warm-runtime.js',
  // Jest by itself leaves one processor to others.
  maxWorkers: '100%',
  transform: { '\\.ts$': '@swc/jest' },
  testTimeout: 60_000,
};
