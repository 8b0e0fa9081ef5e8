import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { seriesOf } from '../support/metrics.js';
import { ServiceProcess } from '../harness/service.js';

const DIRECTORY = 'examples/monitoring';
const OURS = /\b(?:latchkey|nodejs|process)_\w+/g;

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}

const read = (name: string): Promise<string> => readFile(`${DIRECTORY}/${name}`, 'utf8');

const named = (text: string): string[] => [...new Set(text.match(OURS))];

describe('examples/monitoring', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  /** Of the service as it runs: its own, and those of the process. */
  let series: Set<string>;
  let metrics: string;

  beforeAll(async () => {
    database = await createDatabase();
    service = await ServiceProcess.start({ DATABASE_URL: database.url });
    // A route's series begin with its first request.
    await fetch(`${service.url}/health/ready`);
    metrics = await (await fetch(`${service.url}/metrics`)).text();
    series = new Set(seriesOf(metrics).map(({ name }) => name));
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  test.each(['latchkey.rules.yml', 'latchkey.rules.test.yml', 'latchkey-dashboard.json'])(
    '%s names nothing but what the running service has',
    async (file) => {
      const names = named(await read(file));
      expect(names.length).toBeGreaterThan(5);
      expect(names.filter((name) => !series.has(name))).toEqual([]);
    },
  );

  test('the dashboard asks in every panel, of whatever data source is chosen', async () => {
    const { panels, templating } = JSON.parse(await read('latchkey-dashboard.json')) as Dashboard;
    expect(templating.list).toContainEqual(
      expect.objectContaining({ name: 'datasource', type: 'datasource' }),
    );
    expect(panels.length).toBeGreaterThan(10);
    for (const { targets } of panels) {
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) expect(named(expr).length).toBeGreaterThan(0);
    }
  });

  test('the dashboard shows all that the service counts', async () => {
    const shown = await read('latchkey-dashboard.json');
    const declared = [...metrics.matchAll(/^# TYPE (latchkey_\w+)/gm)].map(([, name = '']) => name);
    expect(declared.filter((name) => !shown.includes(name))).toEqual([]);
  });

  test('the README and the tests of the rules have every alert', async () => {
    const alerts = [...(await read('latchkey.rules.yml')).matchAll(/alert: (\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect(alerts.length).toBeGreaterThan(5);
    for (const file of ['README.md', 'latchkey.rules.test.yml']) {
      const text = await read(file);
      expect(alerts.filter((name) => !text.includes(name))).toEqual([]);
    }
  });
});
