import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { freePort } from '../../test/harness/free-port.ts';
import { Program } from '../../test/harness/program.ts';

export const HOST = '127.0.0.1';

const STOP_MS = 5000;

/** Every process of this run that is still there. @type {Set<Program>} */
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
  const [name, ...args] = role && pinning ? ['taskset', '-c', String(pinning[role]), ...command] : command;
  const program = new Program(name, args, options);
  running.add(program);
  void program.ended.then(() => running.delete(program));
  return program;
}

/** @param {Program} program */
export async function stop(program) {
  const force = setTimeout(() => program.stop('SIGKILL'), STOP_MS);
  await program.stop();
  clearTimeout(force);
}

export const stopAll = () => Promise.all([...running].map(stop));

/** Where nothing can be waited for any more. */
export function killAll() {
  for (const program of running) void program.stop('SIGKILL');
}

/**
 * Starts a server of bench/servers and waits until it listens. Standard output goes to /dev/null: the service
 * logs a line for each request, as in production, and nobody reads it here.
 * @param {string} script
 * @param {Record<string, string>} environment
 * @param {string} cwd where it runs, so that it finds no `.env`
 * @param {'load' | 'server'} [role]
 */
export async function startServer(script, environment, cwd, role = 'server') {
  const port = await freePort();
  const origin = `http://${HOST}:${port}`;
  const program = start([process.execPath, script], {
    role,
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST, PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await program.whenReady(() =>
    fetch(origin).then(
      () => true,
      () => false,
    ),
  );
  return { program, pid: program.pid, origin };
}
