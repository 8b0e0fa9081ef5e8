import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Sums the results that Jest wrote into the directory, one file for each run. A test file that could not
 * be loaded counts as one failure. No test at all is a failure, too.
 */
const [, , directory] = process.argv;
let passed = 0;
let failed = 0;
for (const name of readdirSync(directory)) {
  const results = JSON.parse(readFileSync(join(directory, name), 'utf8'));
  passed += results.numPassedTests;
  failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(passed > 0 && failed === 0 ? 0 : 1);
