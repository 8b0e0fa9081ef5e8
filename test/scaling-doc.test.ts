import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);

/** Without what Prettier adds to line the columns up. */
const plain = (table: string): string =>
  table
    .replace(/ +\| */g, '|')
    .replace(/\| +/g, '|')
    .replace(/-+/g, '-');

test('the tables of docs/scaling.md are those that bench/scaling.mjs makes', async () => {
  const { stdout } = await run(process.execPath, ['bench/scaling.mjs']);
  const page = plain(await readFile('docs/scaling.md', 'utf8'));
  const tables = stdout.trim().split('\n\n');
  expect(tables).toHaveLength(3);
  for (const table of tables) expect(page).toContain(plain(table));
});
