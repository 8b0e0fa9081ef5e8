import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '../../src/config/settings.js';

const ROOT = join(import.meta.dirname, '../..');

export interface ServiceProcess {
  readonly url: string;
  /** The log so far, each line parsed. */
  readonly log: Record<string, unknown>[];
  /** Sends SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * The service as an operator starts it, in a process of its own. For what Jest stands in the way of: inside
 * it, the errors of Node's own modules are not `instanceof Error`.
 */
export async function startService(env: Environment): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['--import', '@swc-node/register/esm-register', 'src/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_FORMAT: 'json',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const log: Record<string, unknown>[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      const [, found] = /listens on (http:\S+)/.exec(String(entry.msg)) ?? [];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => {
      reject(new Error(`The service did not start: ${JSON.stringify(log)}`));
    });
  });
  return {
    url,
    log,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
