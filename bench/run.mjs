/** `npm run bench`: measures the service beside its peers and writes down what it saw. See README.md. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions } from './lib/options.mjs';
import { MariaDb } from './lib/mariadb.mjs';
import { killAll, stopAll } from './lib/processes.mjs';
import { runRounds } from './lib/rounds.mjs';
import { Stage } from './lib/stage.mjs';
import { writeResults } from './lib/write-results.mjs';
import { rows as allRows } from './rows.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

const interrupted = new Promise((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => reject(new Error(`Stopped by ${signal}.`)));
  }
});
// It may come before anybody waits for it.
interrupted.catch(() => {});
process.on('exit', killAll);

async function bench() {
  const options = readOptions();
  const rows = allRows(options.connections, options.tokens).filter(options.isWanted);
  if (rows.length === 0) throw new Error('No row matches --only.');
  if (!existsSync(fileURLToPath(new URL('../dist/main.js', import.meta.url)))) {
    throw new Error('The service is not built: npm run build.');
  }
  const mariadb = await MariaDb.connect(options.databaseUrl);
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  try {
    const stage = new Stage(mariadb, directory, options.tokens, say);
    await Promise.race([interrupted, runAll(stage, rows, options)]);
  } finally {
    await stopAll();
    await mariadb.close();
    rmSync(directory, { recursive: true });
  }
}

async function runAll(stage, rows, options) {
  const seen = await runRounds(stage, rows, options, say);
  for (const file of await writeResults(options, { rows, ...seen })) say(`wrote ${file}`);
}

try {
  await bench();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
