import { installed, nameAt, type Project } from './lock.js';

/**
 * Packages with an install script that `allowScripts` of package.json says neither yes nor no to, and names in it
 * that stand for no such package. npm 11 itself refuses the former (`strict-allow-scripts` in .npmrc), but not
 * before somebody installs, and older ones run the scripts.
 */
export function faultsOfInstallScripts(project: Project): string[] {
  const decided = Object.keys(project.manifest.allowScripts ?? {});
  const names = installed(project)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => nameAt(path));
  return [
    ...names
      .filter((name) => !decided.includes(name))
      .map((name) => `${name} has an install script that allowScripts does not decide on`),
    ...decided
      .filter((name) => !names.includes(name))
      .map((name) => `allowScripts names ${name}, which has no install script`),
  ];
}
