/** `npm run bench:compare -- --base <revision>`: is the service slower than it was? See README.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { putUnderLoad } from './lib/load.mjs';
import { MariaDb } from './lib/mariadb.mjs';
import { killAll, startServer, stop, stopAll } from './lib/processes.mjs';
import { build, commitOf, ROOT } from './lib/revision.mjs';
import { seedMariaDb, seedSqlite } from './lib/seed.mjs';
import { interval, median } from './lib/statistics.mjs';
import { spreadIds, tokenOf } from './lib/tokens.mjs';
import { cpuUs } from './lib/usage.mjs';

const TOKENS = 10_000;
const FLUSH_MS = '1000';
/** The second name of one setting is for a base that does not know the first yet. */
const SETTINGS = {
  LOG_LEVEL: 'info',
  LOG_FORMAT: 'json',
  BACKGROUND_FLUSH_MS: FLUSH_MS,
  LAST_USED_FLUSH_MS: FLUSH_MS,
};
const PATHS = ['/v1/verify', '/v1/current_user'];

const say = (line) => process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '64' },
  },
});
if (values.base === undefined) throw new Error('--base must name the revision to compare with.');
const { base } = values;
const [rounds, seconds, connections] = ['rounds', 'seconds', 'connections'].map((name) =>
  Number(values[name]),
);
const mariadb = process.env.DATABASE_URL ? await MariaDb.connect(process.env.DATABASE_URL) : undefined;
const directory = mkdtempSync(join(tmpdir(), 'latchkey-compare-'));
let removeBase = () => {};
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.on('exit', () => {
  killAll();
  removeBase();
  rmSync(directory, { recursive: true, force: true });
});

/** A service of that code on a database of its own, with the tokens in it. */
async function startOn(name, root) {
  const path = join(directory, `${name}.sqlite`);
  const url = mariadb ? await mariadb.create(`compare_${name}`) : `sqlite:${path}`;
  const script = join(root, 'dist/main.js');
  const environment = { ...SETTINGS, DATABASE_URL: url };
  // The service makes its own tables, and must not have the file open while they are filled.
  await stop((await startServer(name, script, environment, directory)).child);
  if (mariadb) await seedMariaDb(mariadb, new URL(url).pathname.slice(1), TOKENS);
  else await seedSqlite(path, TOKENS);
  return startServer(name, script, environment, directory);
}

function writeTokens(name, ids) {
  const file = join(directory, `${name}.txt`);
  writeFileSync(file, `${ids.map((id) => `Bearer ${tokenOf(id)}`).join('\n')}\n`);
  return { name, file };
}

/** The load both are put under, one after the other; who comes first changes with each round. */
async function compare(servers, rows) {
  const ratios = new Map(rows.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, path, file } of rows) {
      const seen = {};
      for (const which of round % 2 === 0 ? ['now', 'base'] : ['base', 'now']) {
        const { origin, child } = servers[which];
        const load = { url: origin + path, header: 'authorization', file };
        const before = cpuUs(child.pid);
        const outcome = await putUnderLoad({ ...load, connections, seconds, seed: round + 2 });
        seen[which] = (cpuUs(child.pid) - before) / outcome.requests;
      }
      // The first round warms up.
      if (round < 0) continue;
      const ratio = seen.now / seen.base;
      ratios.get(name).push(ratio);
      const [now, before] = [seen.now, seen.base].map((us) => us.toFixed(1));
      say(`${round + 1}/${rounds} ${name}: ${now} µs now, ${before} µs before, ratio ${ratio.toFixed(3)}`);
    }
  }
  return ratios;
}

const commit = commitOf(base);
say(`building ${base} (${commit})`);
removeBase = build(commit, join(directory, 'base'));
try {
  const servers = { now: await startOn('now', ROOT), base: await startOn('base', join(directory, 'base')) };
  const loads = [writeTokens('one token', [1]), writeTokens('1,000 tokens', spreadIds(1000, TOKENS))];
  const rows = PATHS.flatMap((path) =>
    loads.map(({ name, file }) => ({ name: `${path}, ${name}`, path, file })),
  );
  const ratios = await compare(servers, rows);
  say(
    `\nprocessor time of a request, now / ${base} (${commit}), ${mariadb ? 'MariaDB' : 'SQLite'}, ${rounds} rounds of ${seconds} s:`,
  );
  for (const [name, all] of ratios) {
    const [low, high] = interval(all).map((bound) => bound.toFixed(3));
    const [least, most] = [Math.min(...all), Math.max(...all)].map((bound) => bound.toFixed(3));
    say(`${name}: median ${median(all).toFixed(3)}, 95% of it ${low} to ${high}, rounds ${least} to ${most}`);
  }
} finally {
  await stopAll();
  await mariadb?.close();
}
