import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from './lock.js';

const IMPORTED = /(?:from |import |url\()'((?:@[^/']+\/)?[^./'][^/']*)/g;

/**
 * Where the packages are installed that the page is built of. They are devDependencies, since the service does not
 * load them, but `dist/web` has them in it.
 */
export async function packagesOfPage({ lock }: Project): Promise<Set<string>> {
  const names = await readdir('web/src', { recursive: true });
  const sources = await Promise.all(
    names.filter((name) => /\.(tsx?|css)$/.test(name)).map((name) => readFile(join('web/src', name), 'utf8')),
  );
  const imported = sources.flatMap((source) => [...source.matchAll(IMPORTED)].map(([, name = '']) => name));
  const found = new Set<string>();
  const queue = imported.map((name) => `node_modules/${name}`);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const names = Object.keys(lock.packages[path]?.dependencies ?? {});
    queue.push(...names.map((name) => resolve(lock.packages, path, name)));
  }
  return found;
}

/** As Node looks for it: beside the package that asks, and then one folder up after the other. */
function resolve(packages: Project['lock']['packages'], from: string, name: string): string {
  const beside = `${from}/node_modules/${name}`;
  if (beside in packages) return beside;
  const up = from.lastIndexOf('/node_modules/');
  return up === -1 ? `node_modules/${name}` : resolve(packages, from.slice(0, up), name);
}
