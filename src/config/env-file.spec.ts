import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readEnvFile } from './env-file.js';

describe('.env', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'latchkey-env-'));
    path = join(directory, '.env');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const closed = { REGISTRATION: 'closed' };
  test.each<[string, string, object]>([
    ['a byte-order mark', '\uFEFFREGISTRATION=closed\n', closed],
    ['a byte-order mark before a comment', '\uFEFF# x\nREGISTRATION=closed', closed],
    ['the line ends of Windows', 'REGISTRATION=closed\r\nPORT=80\r\n', { ...closed, PORT: '80' }],
    ['the line ends of old', 'REGISTRATION=closed\rPORT=80\r', { ...closed, PORT: '80' }],
    ['export', 'export REGISTRATION=closed', closed],
    ['quotes', `A="a # b" # c\nB='x'\nC=\`y\``, { A: 'a # b', B: 'x', C: 'y' }],
    ['spaces and comments', '\n  # x\n REGISTRATION = closed  # y\n', closed],
    ['an empty value', 'A=\nB= # c\nREGISTRATION=closed', { A: '', B: '', ...closed }],
    ['an equals sign in a value', 'A=b=c', { A: 'b=c' }],
  ])('%s', async (_, text, expected) => {
    await writeFile(path, text);
    expect({ ...readEnvFile(path) }).toEqual(expected);
  });

  test.each([
    ['no equals sign', 'REGISTRATION closed'],
    ['a colon', 'REGISTRATION: closed'],
    ['a mark in the middle', '\n\uFEFFREGISTRATION=closed'],
    ['a space that is none', '\u00A0REGISTRATION=closed'],
    ['a hyphen that ends in nothing', '- REGISTRATION=closed'],
    ['an open quote', 'REGISTRATION="closed'],
    ['text after a quote', 'REGISTRATION="closed" now'],
    ['a # within a value', 'DATABASE_URL=mysql://u:p#w@h/d'],
  ])('%s: an error with the line', async (_, text) => {
    await writeFile(path, text);
    expect(() => readEnvFile(path)).toThrow(/\.env, line [12], is not NAME=value/);
  });

  test.each<[string, Buffer]>([
    ['UTF-16', Buffer.from('\uFEFFREGISTRATION=closed', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('REGISTRATION=closed', 'utf16le')],
    ['Latin-1', Buffer.from('# caf\xe9\nREGISTRATION=closed', 'latin1')],
    ['a NUL', Buffer.from('REGISTRATION=closed\0')],
  ])('%s is refused', async (_, bytes) => {
    await writeFile(path, bytes);
    expect(() => readEnvFile(path)).toThrow(/is not a text in UTF-8/);
  });

  test('a name that is there twice is refused', async () => {
    await writeFile(path, 'REGISTRATION=closed\nREGISTRATION=open');
    expect(() => readEnvFile(path)).toThrow(/has REGISTRATION twice/);
  });

  test('a directory, and a link that leads nowhere, are refused; no file is no settings', async () => {
    expect(readEnvFile(path)).toEqual({});
    await symlink('nowhere', path);
    expect(() => readEnvFile(path)).toThrow(/cannot be read: ENOENT/);
    await rm(path);
    await mkdir(path);
    expect(() => readEnvFile(path)).toThrow(/cannot be read: EISDIR/);
  });
});
