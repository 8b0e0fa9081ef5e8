import { installed, nameAt, type LockedPackage, type Project } from './lock.js';

const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;
const REGISTRY = 'https://registry.npmjs.org/';

/**
 * What is wrong with the lock: npm installs nothing but what has the hash written there, so each package needs one.
 * An address may be missing, and npm asks the registry it is set to then; one that is there is the public registry's.
 *
 * lockfile-lint 5 would do, but passes over a package that has no hash or no address.
 */
export function faultsOfIntegrity(project: Project): string[] {
  const { lockfileVersion, packages } = project.lock;
  const asked = aliases(project);
  return [
    ...(lockfileVersion === 3 ? [] : [`lockfileVersion is ${lockfileVersion}, not 3`]),
    ...installed(project).flatMap(([path, entry]) => faultsOf(path, entry, asked)),
    ...Object.entries(packages)
      .filter(([, { link, resolved }]) => link && !(resolved !== undefined && resolved in packages))
      .map(([path]) => `${path} is a link to what is no folder of the repository`),
  ];
}

/** `called@name` of each package that another one asks for as `"called": "npm:name@…"`. */
function aliases({ lock }: Project): Set<string> {
  const asked = Object.values(lock.packages).flatMap(({ dependencies }) =>
    Object.entries(dependencies ?? {}),
  );
  return new Set(
    asked.flatMap(([called, range]) => {
      const name = /^npm:(.+)@/.exec(range)?.[1];
      return name === undefined ? [] : [`${called}@${name}`];
    }),
  );
}

function faultsOf(
  path: string,
  { integrity, resolved, name }: LockedPackage,
  asked: ReadonlySet<string>,
): string[] {
  const called = nameAt(path);
  const faults: string[] = [];
  if (!SHA512.test(integrity ?? '')) faults.push('has no sha512 integrity');
  if (resolved !== undefined && !resolved.startsWith(`${REGISTRY}${name ?? called}/-/`)) {
    faults.push(`comes from ${resolved}`);
  }
  if (name !== undefined && !asked.has(`${called}@${name}`)) {
    faults.push(`is ${name}, which nothing asks for by that name`);
  }
  return faults.map((fault) => `${path} ${fault}`);
}
