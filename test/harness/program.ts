import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { until } from '../support/until.js';

/** Resolves when the signal has taken effect: some time after it was sent, on a busy machine. */
export async function signal(child: ChildProcess, name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
  if (name === 'SIGSTOP') return freeze(child.pid ?? 0);
  child.kill(name);
  if (name === 'SIGKILL') await once(child, 'exit');
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
