import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/harness/free-port.ts';
import { HOST, start, stop } from './processes.mjs';

const POLL_MS = 5;
const PATIENCE_MS = 30_000;

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/**
 * How long the service takes from its start to its first good answer on an empty SQLite database.
 * @param {string} directory
 * @param {number} times
 * @returns {Promise<number[]>} seconds
 */
export async function startUpSeconds(directory, times) {
  const seconds = [];
  for (let time = 0; time < times; time += 1) {
    const port = await freePort();
    const database = `sqlite:${join(directory, `empty-${time}.sqlite`)}`;
    const before = performance.now();
    const service = start([process.execPath, main], {
      cwd: directory,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        HOST,
        PORT: String(port),
        DATABASE_URL: database,
      },
      stdio: 'ignore',
    });
    while (!(await isReady(port))) {
      if (performance.now() - before > PATIENCE_MS) throw new Error('The service did not become ready.');
      await delay(POLL_MS);
    }
    seconds.push((performance.now() - before) / 1000);
    await stop(service);
  }
  return seconds;
}

/** @param {number} port @returns {Promise<boolean>} */
function isReady(port) {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    get({ host: HOST, port, path: '/health/ready', agent: false, signal }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
