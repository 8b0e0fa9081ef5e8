import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.js';

/** The service as its operator runs it: a process of its own, from the build that `npm test` begins with. */
export class ServiceProcess {
  /** Everything it wrote, line by line. */
  readonly lines: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    const take = (chunk: Buffer) => this.lines.push(...chunk.toString().trimEnd().split('\n'));
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
  }

  /** @param env settings; `PORT` is chosen here */
  static async start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/main.js'], {
      env: { PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'warn', ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServiceProcess(child, `http://127.0.0.1:${port}`);
    await service.whenReady();
    return service;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when the service answers that it is ready. */
  async whenReady(): Promise<void> {
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`The service ended:\n${this.lines.join('\n')}`);
      const ready = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (ready?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** @returns how it ended: its exit code, or the signal that ended it */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    this.child.kill(signal);
    const [code, endedBy] = (await once(this.child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? endedBy;
  }
}
