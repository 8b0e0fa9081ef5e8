/**
 * `npm run test:timing`: see docs/timing.md, which it writes. On SQLite, and where `DATABASE_URL` names a MySQL or
 * MariaDB server, there too. `--samples` of each kind of token, `--sign-ins` of each kind of account, and `--out`
 * for another file.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import type { Engine } from '../support/database.js';
import { Connection } from './connection.js';
import { questionsOf, timeAll } from './questions.js';
import { type Result, tellingPairs, timingPage } from './report.js';
import { setStage } from './stage.js';

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '5000' },
    'sign-ins': { type: 'string', default: '300' },
    out: { type: 'string', default: 'docs/timing.md' },
  },
});
const counts = { samples: Number(values.samples), signIns: Number(values['sign-ins']) };

async function measure(engine: Engine): Promise<Result[]> {
  const stage = await setStage(engine);
  const connection = await Connection.open(stage.url);
  const results: Result[] = [];
  try {
    for (const question of questionsOf(stage, counts)) {
      process.stdout.write(`${engine}: ${question.name}\n`);
      results.push({ engine, question: question.name, timed: await timeAll(question, connection) });
    }
  } finally {
    connection.close();
    await stage.stop();
  }
  return results;
}

const results = await measure('sqlite');
// eslint-disable-next-line no-restricted-properties -- where the server is, as for the tests
if (process.env.DATABASE_URL) results.push(...(await measure('mysql')));
const options = await prettier.resolveConfig(values.out);
await writeFile(values.out, await prettier.format(timingPage(results), { ...options, parser: 'markdown' }));

const telling = tellingPairs(results);
process.stdout.write(`wrote ${values.out}\n`);
for (const line of telling) process.stderr.write(`${line}\n`);
process.exitCode = telling.length === 0 ? 0 : 1;
