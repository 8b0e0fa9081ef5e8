import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { InvalidSettingsError, readSettings, settingNames } from '../src/config/settings.js';
import { ORIGIN } from './harness/service.js';
import { assertCurl, masked, readmeSection, runSession, type Step, stepsOf } from './support/readme.js';
import { useApp } from './support/use-app.js';

describe("The README's session", () => {
  const app = useApp();
  let steps: Step[];

  beforeAll(async () => {
    await assertCurl();
    steps = stepsOf(await readmeSection('Try it'));
  });

  test('prints what the README shows', async () => {
    const commands = steps.map(({ command }) => command);
    const outputs = await runSession(commands, ORIGIN, app.url);
    expect(outputs.map(masked)).toEqual(steps.map(({ output }) => masked(output)));
  });

  test('goes from an account to a dead token', () => {
    const session = steps.map(({ command }) => command).join('\n');
    expect(session).toMatch(/register.*tokens\/create.*-X DELETE/s);
    expect(steps.at(-1)?.output).toMatch(/"code":"invalid_token".*\n401$/s);
  });
});

interface Example {
  readonly name: string;
  readonly value: string;
}

async function examples(): Promise<Example[]> {
  const text = await readFile('.env.example', 'utf8');
  return [...text.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }));
}

describe('The settings', () => {
  test('.env.example has them all, and changes nothing when copied', async () => {
    const lines = (await readFile('.env.example', 'utf8')).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('# '))).toEqual([]);
    expect((await examples()).map(({ name }) => name)).toEqual(settingNames);
  });

  test('.env.example shows the defaults', async () => {
    const given = Object.fromEntries((await examples()).map(({ name, value }) => [name, value]));
    expect(JSON.stringify(readSettings(given))).toBe(JSON.stringify(readSettings({})));
  });

  test("the password of .env.example's server stops a production start", async () => {
    const [server] = /mysql:\S+/.exec(await readFile('.env.example', 'utf8')) ?? [];
    const start = () => readSettings({ NODE_ENV: 'production', DATABASE_URL: server });
    expect(start).toThrow(InvalidSettingsError);
    expect(start).toThrow('DATABASE_URL still has the example password');
  });

  test('the table of the README has them all, with the same defaults', async () => {
    const rows = [
      ...(await readmeSection('Settings')).matchAll(/^\| `([A-Z_]+)`\s*\| (?:`([^`]*)`)?\s*\|/gm),
    ];
    const table = rows.map(([, name = '', value = '']) => ({ name, value }));
    expect(table).toEqual(await examples());
  });
});
