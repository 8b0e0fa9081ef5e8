import { fileURLToPath } from 'node:url';
import { isInstalled, start } from './processes.mjs';

const SLACK_MS = 30_000;
/** An answer that is later counts as none; wrk's own two seconds ended runs on a busy machine. */
const LATE_S = 10;

export const tool = isInstalled('wrk') ? 'wrk' : 'autocannon';

const script = (name) => fileURLToPath(new URL(`../load/${name}`, import.meta.url));

/**
 * @typedef {object} Load
 * @property {string} url
 * @property {number} connections
 * @property {number} seconds
 * @property {number} seed of the random numbers
 * @property {string} [header] sent with each request
 * @property {string} [file] its values, one a line
 * @property {string} [bodyFile] JSON bodies to post, one a line
 */

/** @typedef {{ requests: number, seconds: number, p50Us: number, p99Us: number }} Outcome */

/**
 * Puts a server under load.
 * @param {Load} load
 * @returns {Promise<Outcome>}
 * @throws {Error} if a single request was not answered with success
 */
export async function putUnderLoad(load) {
  const line = await output(commandOf(load), load.seconds * 1000 + SLACK_MS);
  const { refused, broken, ...outcome } = JSON.parse(line);
  if (refused + broken > 0 || outcome.requests === 0) {
    throw new Error(`${outcome.requests} requests, ${refused} refused, ${broken} without an answer.`);
  }
  return outcome;
}

/** @param {Load} load */
function commandOf(load) {
  if (tool === 'autocannon') return [process.execPath, script('autocannon.mjs'), JSON.stringify(load)];
  const { url, connections, seconds, seed, header, file, bodyFile = [] } = load;
  return [
    'wrk',
    ...[
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      String(seconds),
      '--timeout',
      `${LATE_S}s`,
      '-s',
      script('wrk.lua'),
    ],
    ...[url, '--', String(seed), ...(header && file ? [header, file] : []), ...[bodyFile].flat()],
  ];
}

/**
 * @param {string[]} command
 * @param {number} timeoutMs
 * @returns {Promise<string>} the line with the figures
 */
async function output(command, timeoutMs) {
  const program = start(command, { role: 'load' });
  const timeout = setTimeout(() => program.stop('SIGKILL'), timeoutMs);
  const end = await program.ended;
  clearTimeout(timeout);
  const line = program.lines.findLast((text) => text.startsWith('{'));
  if (end === 0 && line !== undefined) return line;
  throw new Error(`${tool} failed: ${program.lines.join('\n') || 'it took too long'}`);
}
