import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { readSettings, settingNames } from '../src/config/settings.js';

/** `NAME=value`, also where it is commented out. */
const SETTING = /^(?:# ?)?([A-Z][A-Z_]*)=(.*)$/;

const listed = async () => {
  const text = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, name, value] = SETTING.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value }];
  });
};

test('.env.example lists every setting once, and nothing else', async () => {
  const names = (await listed()).map(({ name }) => name);
  expect(names.toSorted()).toEqual(settingNames.toSorted());
});

test('.env.example is taken as it is', async () => {
  const environment = Object.fromEntries((await listed()).map(({ name, value }) => [name, value]));
  expect(() => readSettings({ ...environment, NODE_ENV: 'development' })).not.toThrow();
});
