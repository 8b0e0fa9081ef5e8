import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { tool } from './load.mjs';
import { pinning } from './processes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const OF_SERVICE = ['fastify', '@nestjs/core', 'typeorm', 'mysql2', 'libsql'];
const OF_PEERS = ['express', '@nestjs/core', 'typeorm', 'mysql2', 'better-auth', '@better-auth/api-key'];

const versions = (directory, names) =>
  Object.fromEntries(
    names.map((name) => {
      const { version } = JSON.parse(readFileSync(`${directory}/node_modules/${name}/package.json`, 'utf8'));
      return [name, version];
    }),
  );

/** The commit, with a + where the code differs from it. */
function commit() {
  try {
    const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', '.', ':!bench/RESULTS.md', ':!bench/results.*');
    return git('rev-parse', '--short=12', 'HEAD') + (changed === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

/** What a result is worth nothing without. @param {Record<string, string>} databaseSettings */
export const machine = (databaseSettings) => ({
  date: new Date().toISOString(),
  commit: commit(),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  processors: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  kernel: `${process.platform} ${release()}`,
  node: process.version,
  load: tool,
  pinning: pinning ?? null,
  database: databaseSettings,
  service: versions(root, OF_SERVICE),
  peers: versions(`${root}/bench`, OF_PEERS),
});
