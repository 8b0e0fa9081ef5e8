import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';

describe('docs/reliability.md', () => {
  let page: string;

  beforeAll(async () => {
    page = await readFile('docs/reliability.md', 'utf8');
  });

  test('has a row for each of the statements that hold, and for the 17 faults', () => {
    const numbers = [...page.matchAll(/^\| (\d+) +\|/gm)].map((match) => Number(match[1]));
    const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);
    expect(numbers).toEqual([...upTo(31), 34, 35, ...upTo(17)]);
  });

  test('names only files that are there', () => {
    const paths = [...page.matchAll(/`((?:src|test)\/[\w./-]+\.ts)`/g)].map((match) => match[1] ?? '');
    expect(paths.length).toBeGreaterThan(45);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});
