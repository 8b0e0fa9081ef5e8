import satisfies from 'spdx-satisfies';
import { installed, nameAt, SERVICE, type LockedPackage, type Project } from './lock.js';

/** In what is handed out: the service and its page. They ask for a notice at most. */
export const SHIPPED = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Python-2.0',
  'Unlicense',
  'OFL-1.1',
];
/** What only builds, tests and measures is used as it is and handed out to nobody. */
export const TOOLS = [...SHIPPED, 'MPL-2.0', 'CC-BY-3.0', 'CC-BY-4.0', 'CC0-1.0', 'Zlib'];

/** Those whose package.json says it in a form of old, or in the README alone, at the version that was read. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  'busboy@1.6.0': 'MIT',
  'passport-http-bearer@1.0.1': 'MIT',
  'passport-strategy@1.0.0': 'MIT',
  'pause@0.0.1': 'MIT',
  'streamsearch@1.1.0': 'MIT',
};

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; undefined where the package gives none. */
  readonly licence: string | undefined;
  readonly shipped: boolean;
}

/** Each package once for each version of it, by name. `page` names what is built into the page. */
export function licensed(projects: readonly Project[], page: ReadonlySet<string>): Licensed[] {
  const all = projects.flatMap((project) =>
    installed(project).map(([path, entry]) => licenceOf(nameAt(path), entry, isShipped(project, path, page))),
  );
  // The shipped first: a package may be there for both.
  const sorted = all.sort((a, b) => compare(a, b) || Number(b.shipped) - Number(a.shipped));
  return sorted.filter((entry, at) => at === 0 || compare(entry, sorted[at - 1] ?? entry) !== 0);
}

/** Packages whose licence is unknown, or none that is permitted where they are. */
export function faultsOfLicences(packages: readonly Licensed[]): string[] {
  return packages
    .filter(({ licence, shipped }) => !isPermitted(licence, shipped ? SHIPPED : TOOLS))
    .map((entry) => `${identity(entry)}: ${entry.licence ?? 'no licence'} is not permitted`);
}

function isPermitted(licence: string | undefined, permitted: string[]): boolean {
  try {
    return licence !== undefined && satisfies(licence, permitted);
  } catch {
    // No SPDX expression.
    return false;
  }
}

function licenceOf(name: string, entry: LockedPackage, shipped: boolean): Licensed {
  const version = entry.version ?? '';
  return { name, version, licence: entry.license ?? READ_BY_HAND[`${name}@${version}`], shipped };
}

function isShipped(project: Project, path: string, page: ReadonlySet<string>): boolean {
  const { dev } = project.lock.packages[path] ?? {};
  return project.folder === SERVICE && (!dev || page.has(path));
}

function identity({ name, version }: Licensed): string {
  return `${name}@${version}`;
}

function compare(a: Licensed, b: Licensed): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.version.localeCompare(b.version);
}
