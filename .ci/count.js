import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

/**
 * Sums the results of Jest's runs, one file each. A test file that could not be loaded counts as one
 * failure. A run without results, or in which no test has passed, fails the whole.
 */
let passed = 0;
let failed = 0;
let complete = true;
for (const file of process.argv.slice(2)) {
  const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { numPassedTests: 0 };
  passed += results.numPassedTests;
  failed += (results.numFailedTests ?? 0) + (results.numRuntimeErrorTestSuites ?? 0);
  complete &&= results.numPassedTests > 0;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(complete && failed === 0 ? 0 : 1);
