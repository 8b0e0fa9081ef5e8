import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const PROGRAMS: [program: string, ...args: string[]][] = [
  ['main.js'],
  ['cli.js', 'users:create', '--service', '--name', 'x', '--email', 'x@example.com'],
];

describe.each(PROGRAMS)('%s, in a directory with a .env', (program, ...args) => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'latchkey-env-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** @returns what it wrote, and its exit code */
  const run = () =>
    new Promise<[text: string, code: unknown]>((done) => {
      const command = [resolve('dist', program), ...args];
      execFile(process.execPath, command, { cwd: directory, env: {} }, (error, stdout, stderr) => {
        done([stdout + stderr, error?.code]);
      });
    });

  test.each<[string, string | Buffer, string]>([
    // It would otherwise hide the first line, and start.
    ['a byte-order mark', '\uFEFFPORT=x\n', 'PORT must be a whole number from 0 to 65535, not "x".'],
    [
      'a line that is no setting',
      'PORT: 80\n',
      '.env, line 1, is not NAME=value. A value with # or quotes in it must be in quotes.',
    ],
  ])('%s: one line that says so, and exit code 1', async (_, text, line) => {
    await writeFile(join(directory, '.env'), text);
    expect(await run()).toEqual([`${line}\n`, 1]);
  });

  test('a directory: one line that says so, and exit code 1', async () => {
    await mkdir(join(directory, '.env'));
    expect(await run()).toEqual([expect.stringMatching(/^\.env cannot be read: EISDIR[^\n]*\n$/), 1]);
  });
});
