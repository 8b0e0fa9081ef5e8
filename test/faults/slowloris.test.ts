import { execFile } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { createDatabase } from '../support/database.js';
import { withStage } from './support/with-stage.js';

/**
 * A request has 30 s to arrive whole, and the service looks every 5 s. It gives its answer 1 s to be read, and
 * slowhttptest, too, looks every 5 s. The rest is for machines with more to do than this.
 */
const LIMIT_S = 30 + 5 + 1 + 5 + 9;
const CONNECTIONS = 100;

/** How each attack is made with slowhttptest, and how often it sends a little more. */
const ATTACKS = [
  ['headers', ['-H', '-i', '2']],
  ['bodies', ['-B', '-i', '2', '-f', 'application/json']],
] as const;

describe('clients that take their time', () => {
  const on = withStage(createDatabase);

  test('are cut off within the limit, and all others are served meanwhile', async () => {
    const load = on.stage.load({ verifiers: 8, writers: 2 });
    const results = await Promise.all(ATTACKS.map(([, options]) => slowhttptest(on.stage.url, options)));
    await load.stop();
    const closed = ATTACKS.map(([what], n) => [`slow ${what}: closed after`, `${results[n]?.seconds} s`]);
    await on.stage.settle('slowloris', load.judge, {
      faults: ATTACKS.length * CONNECTIONS,
      ...Object.fromEntries(closed),
    });
    for (const { text } of results) expect(text.slice(-500)).toContain('No open connections left');
    expect(load.judge.verifications.unavailable + load.judge.writes.unavailable).toBe(0);
  });
});

/** Runs until all its connections are closed, or for longer than the limit. @returns what it says in the end */
function slowhttptest(
  url: string,
  options: readonly string[],
): Promise<{ text: string; seconds: number | undefined }> {
  const common = [
    '-u',
    `${url}/v1/auth/login`,
    '-c',
    String(CONNECTIONS),
    '-r',
    '100',
    '-l',
    String(LIMIT_S),
  ];
  return new Promise((resolve, reject) => {
    execFile('slowhttptest', [...common, ...options], (error, stdout) => {
      if (error?.code === 'ENOENT') reject(new Error('slowhttptest is not installed.'));
      const seconds = /Test ended on (\d+)(?:th|st|nd|rd) second/.exec(stdout)?.[1];
      resolve({ text: stdout, seconds: seconds === undefined ? undefined : Number(seconds) });
    });
  });
}
