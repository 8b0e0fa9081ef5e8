import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { until } from '../support/until.js';

/** An exit code, or the signal that ended it. */
export type End = number | NodeJS.Signals | null;

type Options = Pick<SpawnOptions, 'cwd' | 'env' | 'stdio'>;

/** A server that copies a database first takes its time, on a busy machine all the more. */
const READY_WITHIN_MS = 240_000;

/** Where Debian has servers, which the `PATH` of a person need not name. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Another program, run as a process: it can be waited for, frozen, killed, and asked what it wrote. */
export class Program {
  /** Everything it wrote, line by line; what it says now comes a moment later, for lines are written together. */
  readonly lines: string[] = [];
  /** How it ended, when all its lines are there. */
  readonly ended: Promise<End>;
  private readonly child: ChildProcess;

  constructor(
    private readonly command: string,
    args: readonly string[],
    options: Options = {},
  ) {
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const input of [this.child.stdout, this.child.stderr]) {
      if (input) createInterface({ input }).on('line', (line) => this.lines.push(line));
    }
    this.child.on('error', ({ message }) => this.lines.push(message));
    this.ended = once(this.child, 'close').then(([code, signal]) => (code ?? signal) as End);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves when it is ready. @throws Error with what it wrote last, where it ends, or never is; then it is gone */
  async whenReady(isReady: () => Promise<boolean>): Promise<void> {
    try {
      await until(() => this.hasEnded || isReady(), READY_WITHIN_MS);
    } catch (error) {
      await this.stop('SIGKILL');
      throw error;
    }
    if (this.hasEnded) throw new Error(`${this.command} ended:\n${this.lines.slice(-50).join('\n')}`);
  }

  /** Resolves when the signal has taken effect: some time after it was sent, on a busy machine. */
  async signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
    if (name === 'SIGSTOP') await freeze(this.pid);
    else if (name === 'SIGCONT') this.child.kill(name);
    else await this.stop(name);
  }

  /** Resolves when it has ended, and all its lines are there. @returns how it ended */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    if (!this.hasEnded) this.child.kill(signal);
    return this.ended;
  }
}

/** Stops a process where it is. Resolves when all its threads have stopped: until then it may go on answering. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until(() => isStopped(pid));
}

/** As the kernel says of each thread, after its name in brackets: `T` (proc_pid_stat(5)). */
async function isStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  // A thread that ended meanwhile is not there any more the next time.
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')),
  );
  return stats.every((stat) => /\) T [^)]*$/.test(stat));
}
