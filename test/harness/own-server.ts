import type { Program } from './program.js';

/** A server of a test's own, for what must not be done to one that others use: freezing, killing. */
export abstract class OwnServer {
  private program: Program | undefined;

  protected constructor(readonly port: number) {}

  /** Starts the server, for the first time or again after it was killed. */
  async run(): Promise<void> {
    this.program = await this.start();
    await this.program.whenReady(() => this.answers());
  }

  async signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
    await this.program?.signal(name);
  }

  async stop(): Promise<void> {
    await this.signal('SIGKILL');
  }

  protected abstract start(): Program | Promise<Program>;

  protected abstract answers(): Promise<boolean>;
}
