import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** @param {string} name of a revision @returns its commit, in short */
export const commitOf = (name) => run(ROOT, 'git', 'rev-parse', '--short=12', '--verify', `${name}^{commit}`);

/**
 * Builds the service of another revision in a worktree of its own. Where the packages are the same, they are shared.
 * @param {string} commit
 * @param {string} folder that is not there yet
 * @returns {() => void} removes the worktree
 */
export function build(commit, folder) {
  run(ROOT, 'git', 'worktree', 'add', '--detach', folder, commit);
  const remove = () => run(ROOT, 'git', 'worktree', 'remove', '--force', folder);
  try {
    const lock = (root) => readFileSync(join(root, 'package-lock.json'), 'utf8');
    const shared = join(ROOT, 'node_modules');
    if (lock(ROOT) === lock(folder) && existsSync(shared)) symlinkSync(shared, join(folder, 'node_modules'));
    else run(folder, 'npm', 'ci', '--silent');
    // The service alone: the page is not measured.
    run(folder, 'npx', 'nest', 'build');
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}
