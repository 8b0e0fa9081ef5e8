import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const HOST = '127.0.0.1';

const READY_MS = 120_000;
const STOP_MS = 5000;

/** Every process of this run that is still there. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** The processors this process may use, as the kernel numbers them. */
function allowedProcessors() {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    return list.split(',').flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, at) => first + at);
    });
  } catch {
    return [];
  }
}

/** @param {string} name */
export function isInstalled(name) {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const processors = allowedProcessors();

/** Which processor the load and the server are kept on; undefined where they cannot be kept apart. */
export const pinning =
  processors.length > 1 && isInstalled('taskset')
    ? { load: processors[0], server: processors[1] }
    : undefined;

/**
 * Starts a process that ends with this run.
 * @param {string[]} command
 * @param {import('node:child_process').SpawnOptions & { role?: 'load' | 'server' }} options
 */
export function start(command, { role, ...options }) {
  const pinned = role && pinning ? ['taskset', '-c', String(pinning[role]), ...command] : command;
  const child = spawn(pinned[0], pinned.slice(1), options);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
export async function stop(child) {
  if (!running.has(child)) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(force);
}

export const stopAll = () => Promise.all([...running].map(stop));

/** Where nothing can be waited for any more. */
export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** @returns {Promise<number>} a port nobody listens on */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a server of bench/servers and waits until it listens. Standard output goes to /dev/null: the service
 * logs a line for each request, as in production, and nobody reads it here.
 * @param {string} name what to call it
 * @param {string} script
 * @param {Record<string, string>} environment
 * @param {string} directory for its messages; also where it runs, so that it finds no `.env`
 * @param {'load' | 'server'} [role]
 */
export async function startServer(name, script, environment, directory, role = 'server') {
  const port = await freePort();
  const messages = join(directory, `${name}.log`);
  const stderr = openSync(messages, 'a');
  const child = start([process.execPath, script], {
    role,
    cwd: directory,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST, PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', stderr],
  });
  closeSync(stderr);
  await untilListening(name, child, port, messages);
  return { child, pid: /** @type {number} */ (child.pid), origin: `http://${HOST}:${port}` };
}

/**
 * @param {string} name
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} port
 * @param {string} messages
 */
async function untilListening(name, child, port, messages) {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${readFileSync(messages, 'utf8')}`);
    try {
      await fetch(`http://${HOST}:${port}/`, { signal: AbortSignal.timeout(READY_MS) });
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`${name} did not listen within ${READY_MS} ms:\n${readFileSync(messages, 'utf8')}`);
}
