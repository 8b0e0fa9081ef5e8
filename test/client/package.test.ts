import { readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly publishConfig: unknown;
}

const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Manifest;

test('each name that the client exports stands for files that are packed, with types for the classic resolution', async () => {
  const { main, types, exports, typesVersions } = await read('client/package.json');
  const { stdout } = await promisify(execFile)('npm', [
    'pack',
    './client',
    '--dry-run',
    '--json',
    '--ignore-scripts',
  ]);
  const [{ files } = { files: [] }] = JSON.parse(stdout) as { files: { path: string }[] }[];
  const packed = files.map(({ path }) => `./${path}`);
  expect(packed).toEqual(expect.arrayContaining(['./README.md', './LICENSE', './CHANGELOG.md', main, types]));
  for (const [name, target] of Object.entries(exports)) {
    expect(packed).toEqual(expect.arrayContaining([target.types, target.default]));
    const classic = name === '.' ? types : typesVersions['*']?.[name.slice(2)]?.[0];
    expect(classic).toBe(target.types);
  }
});

test('nobody outside gets the client without provenance', async () => {
  const { publishConfig } = await read('client/package.json');
  expect(publishConfig).toEqual({ access: 'public', provenance: true });
});

test.each(['.', 'client'])(
  'the changelog of %s has its version, or what is not released yet',
  async (folder) => {
    const { version } = await read(join(folder, 'package.json'));
    const changelog = await readFile(join(folder, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toMatch(new RegExp(`^## \\[(Unreleased|${version.replaceAll('.', '\\.')})\\]`, 'm'));
  },
);
