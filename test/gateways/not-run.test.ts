import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parseYaml } from '@redocly/openapi-core';
import fc from 'fast-check';
import { AMBIGUOUS, anyPath, mayBeProjects, PLAIN } from './support/paths.js';

/** Debian has neither program. */
const FILES = ['traefik/traefik.yaml', 'traefik/dynamic.yaml', 'envoy/envoy.yaml'];

const read = (file: string): Promise<string> => readFile(`examples/gateways/${file}`, 'utf8');

test.each(FILES)('%s is YAML, and says that it has not been run', async (file) => {
  const text = await read(file);
  expect(parseYaml(text)).toEqual(expect.any(Object));
  expect(text).toMatch(/^# .*has NOT been run/m);
});

/** All five refuse by one rule, which begins and ends like this. */
const RULE = /\(\?i\)\^\(\[\^\/\]\S*f\[5-9a-f\]\)\)\)/;

test.each([
  'nginx/nginx.conf',
  'caddy/Caddyfile',
  'haproxy/haproxy.cfg',
  'envoy/envoy.yaml',
  'traefik/dynamic.yaml',
])('the rule for paths in %s lets none through that a service may read as another', async (file) => {
  const [rule = ''] = RULE.exec(await read(file)) ?? [];
  const refused = new RegExp(rule.replace('(?i)', ''), 'i');
  expect(PLAIN.filter((path) => refused.test(path))).toEqual([]);
  expect(AMBIGUOUS.filter((path) => !refused.test(path))).toEqual([]);
  fc.assert(
    fc.property(anyPath, (path) => {
      const chosen = /^\/projects/i.test(path);
      expect(refused.test(path) || chosen || !mayBeProjects(path)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
