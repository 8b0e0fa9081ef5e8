import { fileURLToPath } from 'node:url';
import Runtime from 'jest-runtime';

const CIRCUS = /\/jest-circus\/build\/jestAdapterInit\.js$/;

let warm;

/**
 * Loads NestJS, TypeORM, the source and every other package once for each worker. Jest's own runtime loads them anew
 * for each test file, which takes longer than the tests of most files. Still loaded for each file are `test/` and
 * specs, and jest-circus, which holds the tests of one file. So a module of `src/` must not keep state of its own.
 *
 * This uses parts of Jest that nobody promises: package.json names its exact version, and where a part is missing, the
 * run ends with an error. `warm-environment.js` is the other half.
 */
export default class WarmRuntime extends Runtime {
  constructor(...given) {
    const [, , resolver, , , , testPath] = given;
    // With `--watch`, Jest makes another resolver when files have changed.
    if (warm?.resolver === resolver) {
      warm.begin(testPath);
      return warm;
    }
    super(...given);
    this.resolver = resolver;
    warm = this;
  }

  /** Forgets what belonged to the file before. */
  begin(testPath) {
    const { registries } = this;
    const forgotten = [
      forget(registries.getActiveEsmRegistry(), (key) => !this.stays(key)),
      forget(registries.getInternalCjsRegistry(), (key) => CIRCUS.test(key)),
    ];
    if (forgotten.includes(0)) {
      throw new Error('Jest has changed: test/support/warm-runtime.js does not find what it has to forget.');
    }
    forget(registries.getActiveCjsRegistry(), (key) => !this.stays(key));
    this.jestGlobals.clearJestObjectCache();
    this.testMainModule.reset();
    this.fileCache.clear();
    this.transformCache.clear();
    this.enterTestCode();
    this._testPath = testPath;
  }

  teardown() {
    this.restoreAllMocks();
    this.mockState.clear();
  }

  stays(key) {
    const path = key.startsWith('file:') ? fileURLToPath(key) : key;
    if (path.startsWith('node:') || path.includes('/node_modules/')) return true;
    return /^\/(client\/)?src\//.test(path.replace(this._config.rootDir, '')) && !path.endsWith('.spec.ts');
  }
}

/** @returns how many */
function forget(registry, isOfFile) {
  const keys = [...registry.keys()].filter(isOfFile);
  for (const key of keys) registry.delete(key);
  return keys.length;
}
