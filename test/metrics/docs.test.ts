import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { Metrics } from '../../src/metrics/metrics.js';

interface Described {
  readonly name: string;
  readonly type: string;
}

async function described(): Promise<Described[]> {
  const operations = await readFile('docs/operations.md', 'utf8');
  const rows = operations.matchAll(/^\| `(latchkey_\w+)`\s*\| (\w+)\s*\| \S/gm);
  return [...rows].map(([, name = '', type = '']) => ({ name, type }));
}

describe('docs/operations.md', () => {
  test('has every metric of the service once, with its type, and no other', async () => {
    const metrics = await new Metrics().registry.getMetricsAsJSON();
    const byName = (one: Described, other: Described) => one.name.localeCompare(other.name);
    const declared = metrics.map(({ name, type }) => ({ name, type: String(type) }));
    expect((await described()).toSorted(byName)).toEqual(declared.toSorted(byName));
    expect(declared.length).toBeGreaterThan(10);
  });

  test('names every value of the labels that are known beforehand', async () => {
    const operations = await readFile('docs/operations.md', 'utf8');
    const metrics = await new Metrics().registry.getMetricsAsJSON();
    for (const { name, values } of metrics) {
      const row = operations.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      for (const { labels } of values) {
        const { outcome, limit, buffer } = labels as Record<string, string | undefined>;
        const value = outcome ?? limit ?? buffer;
        if (value !== undefined) expect(row).toContain(`\`${value}\``);
      }
    }
  });
});
