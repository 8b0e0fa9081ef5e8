import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parseYaml } from '@redocly/openapi-core';

/** Debian has neither program. */
const FILES = ['traefik/traefik.yaml', 'traefik/dynamic.yaml', 'envoy/envoy.yaml'];

test.each(FILES)('%s is YAML, and says that it has not been run', async (file) => {
  const text = await readFile(`examples/gateways/${file}`, 'utf8');
  expect(parseYaml(text)).toEqual(expect.any(Object));
  expect(text).toMatch(/^# .*has NOT been run/m);
});
