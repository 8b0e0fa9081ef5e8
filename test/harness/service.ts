import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { freePort } from './free-port.js';
import { GENEROUS } from '../support/generous.js';

/** An exit code, or the signal that ended it. */
type End = number | NodeJS.Signals | null;

/** The service as its operator runs it: a process of its own, from the build that `npm test` begins with. */
export class ServiceProcess {
  /** Everything it wrote, line by line; what it says now comes a moment later, for lines are written together. */
  readonly lines: string[] = [];

  private constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    readonly url: string,
  ) {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => this.lines.push(line));
    }
  }

  /** The log so far, each line parsed. */
  get log(): Record<string, unknown>[] {
    return this.lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** @param env settings; without `PORT`, one is chosen */
  static async start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const { PORT = String(await freePort()) } = env;
    const child = spawnService({ ...env, PORT });
    const service = new ServiceProcess(child, `http://127.0.0.1:${PORT}`);
    await service.whenListening();
    return service;
  }

  /** Runs a service that ends by itself. @returns how it ended, and what it wrote */
  static async runToEnd(env: Readonly<Record<string, string>>): Promise<[end: End, text: string]> {
    const service = new ServiceProcess(spawnService(env), '');
    const end = await service.ended();
    return [end, service.lines.join('\n')];
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when it listens; with a database that is there, it is ready then, too. */
  async whenListening(): Promise<void> {
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`The service ended:\n${this.lines.join('\n')}`);
      const alive = await fetch(`${this.url}/health/live`).catch(() => undefined);
      if (alive?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Resolves when all its lines are there, too. @returns how it ended */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    this.child.kill(signal);
    return this.ended();
  }

  private async ended(): Promise<End> {
    const [code, signal] = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null];
    return code ?? signal;
  }
}

const spawnService = (env: Readonly<Record<string, string>>): ChildProcessByStdio<null, Readable, Readable> =>
  spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'info', ...GENEROUS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
