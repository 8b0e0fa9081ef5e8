import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDatabase, type TestDatabase } from './support/database.js';
import { ServiceProcess } from './harness/service.js';

const WARNING = 'The setting LAST_USED_FLUSH_MS is now called BACKGROUND_FLUSH_MS. Please rename it.';

describe('a setting that is given by its old name', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  test('is one warning in the log, however many processes there are', async () => {
    const env = { DATABASE_URL: database.url, LAST_USED_FLUSH_MS: '3000', WORKERS: '2' };
    const service = await ServiceProcess.start(env);
    expect(await service.stop()).toBe(0);
    // One of the processes may still be starting when it is told to stop, and complain about that.
    expect(service.log.filter(({ msg }) => msg === WARNING)).toMatchObject([{ level: 'warn' }]);
  });

  test('is a line on standard error for the command line, which does its work', async () => {
    const env = { DATABASE_URL: database.url, LAST_USED_FLUSH_MS: '3000' };
    const command = ['users:create', '--service', '--name', 'Projects API', '--email', 'api@example.com'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['dist/cli.js', ...command], {
      env,
    });
    expect([stdout, stderr]).toEqual(['Service account 1, api@example.com\n', `${WARNING}\n`]);
  });
});
