import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What npm wrote down of one package, as far as it is looked at here. */
export interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package.json with its package-lock.json. */
export interface Project {
  readonly folder: string;
  readonly lock: {
    readonly lockfileVersion: number;
    /** By the path they are installed at. */
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  readonly manifest: { readonly allowScripts?: Readonly<Record<string, boolean>> };
}

const MODULES = 'node_modules/';

export const SERVICE = '.';
/** Those with a lock of their own: what else stands in the repository installs nothing, or the newest there is. */
const FOLDERS = [SERVICE, 'bench', 'test/client/consumers/nestjs-10', 'test/client/consumers/nestjs-11'];

export async function readProjects(): Promise<Project[]> {
  return Promise.all(FOLDERS.map(readProject));
}

export async function readProject(folder: string): Promise<Project> {
  const [lock, manifest] = await Promise.all([
    readFile(join(folder, 'package-lock.json'), 'utf8'),
    readFile(join(folder, 'package.json'), 'utf8'),
  ]);
  return {
    folder,
    lock: JSON.parse(lock) as Project['lock'],
    manifest: JSON.parse(manifest) as Project['manifest'],
  };
}

/** Of all but the project itself and the packages that are folders of it. */
export function installed(project: Project): [path: string, LockedPackage][] {
  return Object.entries(project.lock.packages).filter(([path, { link }]) => path.includes(MODULES) && !link);
}

/** What `import` calls it. */
export function nameAt(path: string): string {
  return path.slice(path.lastIndexOf(MODULES) + MODULES.length);
}
