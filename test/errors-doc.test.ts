import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROBLEM_STATUS } from '../src/common/problem-codes.js';

test('docs/errors.md has every code of the service once, with its status, and no other', async () => {
  const document = await readFile('docs/errors.md', 'utf8');
  const rows = [...document.matchAll(/^\| `(\w+)`\s*\| (\d{3})\s*\| \S/gm)];
  const documented = rows.map(([, code, status]) => [code, Number(status)]);
  expect(documented.toSorted()).toEqual(Object.entries(PROBLEM_STATUS).toSorted());
  expect(documented.length).toBeGreaterThan(40);
});

/** The compiler lets no class use a code that is not there; that each is used, it does not see. */
test('every code is used by a source that has to do with problems', async () => {
  const names = await readdir('src', { recursive: true });
  const files = names.filter((name) => /(?<!\.spec|problem-codes)\.ts$/.test(name));
  const sources = await Promise.all(files.map((name) => readFile(join('src', name), 'utf8')));
  const text = sources.filter((source) => source.includes('Problem')).join('\n');
  const unused = Object.keys(PROBLEM_STATUS).filter((code) => !new RegExp(`\\W${code}[':]`).test(text));
  expect(unused).toEqual([]);
});
