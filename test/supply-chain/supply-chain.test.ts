import { describe, expect, test } from '@jest/globals';
import { faultsOfInstallScripts } from './install-scripts.js';
import { faultsOfIntegrity } from './integrity.js';
import { faultsOfLicences, licensed } from './licences.js';
import { readProject, SERVICE, type LockedPackage, type Project } from './lock.js';

const service = await readProject(SERVICE);
const REGISTRY = 'https://registry.npmjs.org';
/** One of the service's own packages, and one with an install script. */
const FASTIFY = 'node_modules/fastify';
const SCARF = 'node_modules/@scarf/scarf';

/** The real lock, but for one package. */
function tampered(change: Partial<LockedPackage>, path = FASTIFY): Project {
  const { packages } = service.lock;
  const entry = { ...packages[path], ...change };
  return { ...service, lock: { ...service.lock, packages: { ...packages, [path]: entry } } };
}

describe('the integrity of the lock', () => {
  test('the lock as it is passes', () => {
    expect(faultsOfIntegrity(service)).toEqual([]);
  });

  test.each<[why: string, change: Partial<LockedPackage>]>([
    ['no hash', { integrity: undefined }],
    ['a weak hash', { integrity: 'sha1-TVPTFdKXRDZFNDKrHuHJrmiPTkM=' }],
    [
      'a weak hash beside the strong one',
      { integrity: `sha1-TVPTFdKXRDZFNDKrHuHJrmiPTkM= sha512-${'A'.repeat(86)}==` },
    ],
    ['another registry', { resolved: 'https://registry.example/fastify/-/fastify-5.12.8.tgz' }],
    ['a registry that only begins alike', { resolved: `${REGISTRY}.example/fastify/-/fastify-5.12.8.tgz` }],
    ['no encryption', { resolved: 'http://registry.npmjs.org/fastify/-/fastify-5.12.8.tgz' }],
    ['a repository', { resolved: 'git+ssh://git@github.com/fastify/fastify.git#0123456' }],
    ['the file of another package', { resolved: `${REGISTRY}/fastifi/-/fastifi-5.12.8.tgz` }],
    ['another package under its name', { name: 'fastifi' }],
    ['a link to somewhere else', { link: true, resolved: '../elsewhere' }],
  ])('%s is a fault', (_, change) => {
    expect(faultsOfIntegrity(tampered(change))).toEqual([expect.stringContaining(FASTIFY)]);
  });

  test('a registry with the right address passes', () => {
    expect(faultsOfIntegrity(tampered({ resolved: `${REGISTRY}/fastify/-/fastify-5.12.8.tgz` }))).toEqual([]);
  });

  test('a lock of npm 6, which has less in it, is a fault', () => {
    const lock = { ...service.lock, lockfileVersion: 1 };
    expect(faultsOfIntegrity({ ...service, lock })).toEqual(['lockfileVersion is 1, not 3']);
  });
});

describe('a package whose objects are changed, or whose insides are relied on,', () => {
  test.each([
    '@nestjs/passport',
    'libsql',
    'mysql2',
    'passport',
    'passport-http-bearer',
    'prom-client',
    'rate-limiter-flexible',
    'typeorm',
  ])('has an exact version: %s', (name) => {
    expect(service.lock.packages['']?.dependencies?.[name]).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('install scripts', () => {
  test('those that there are have been decided on', () => {
    expect(faultsOfInstallScripts(service)).toEqual([]);
  });

  test('a new one is a fault', () => {
    expect(faultsOfInstallScripts(tampered({ hasInstallScript: true }))).toEqual([
      'fastify has an install script that allowScripts does not decide on',
    ]);
  });

  test('a decision on one that is gone is a fault', () => {
    expect(faultsOfInstallScripts(tampered({ hasInstallScript: false }, SCARF))).toEqual([
      'allowScripts names @scarf/scarf, which has no install script',
    ]);
  });
});

describe('licences', () => {
  test('those that there are, are permitted', () => {
    expect(faultsOfLicences(licensed([service], new Set()))).toEqual([]);
  });

  test.each([
    ['MIT', true],
    ['MIT AND ISC', true],
    ['(GPL-3.0-only OR MIT)', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-or-later', false],
    // Permitted for a tool only.
    ['MPL-2.0', false],
    ['UNLICENSED', false],
    ['SEE LICENSE IN README', false],
    [undefined, false],
  ])('%s in the service: %s', (license, permitted) => {
    const faults = faultsOfLicences(licensed([tampered({ license })], new Set()));
    expect(faults).toHaveLength(permitted ? 0 : 1);
  });

  test('a tool that is built into the page is held to what the service is', () => {
    const path = 'node_modules/react';
    const project = tampered({ license: 'MPL-2.0' }, path);
    expect(faultsOfLicences(licensed([project], new Set()))).toEqual([]);
    expect(faultsOfLicences(licensed([project], new Set([path])))).toEqual([
      expect.stringMatching(/^react@.*: MPL-2.0 is not permitted$/),
    ]);
  });
});
