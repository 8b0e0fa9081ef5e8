import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { until } from '../support/until.js';
import type { GatewayProgram } from '../gateways/support/programs.js';

interface Addresses {
  readonly latchkey: string;
  readonly service: string;
}

/** A gateway with our example as it is, but for the ports. */
export class Gateway {
  private output = '';
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: GatewayProgram,
    private readonly directory: string,
    readonly port: number,
  ) {}

  static async start(program: GatewayProgram, { latchkey, service }: Addresses): Promise<Gateway> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-gateway-'));
    // nginx gives up being root, and still has to get here.
    await chmod(directory, 0o755);
    const port = await freePort();
    const ports = new Map([
      [':3000', `:${new URL(latchkey).port}`],
      [':8080', `:${new URL(service).port}`],
      [':8000', `:${port}`],
    ]);
    for (const file of program.files) {
      const text = await readFile(join('examples/gateways', file), 'utf8');
      const moved = text.replace(/:(3000|8080|8000)\b/g, (from) => ports.get(from) ?? from);
      await writeFile(join(directory, basename(file)), moved);
    }
    const gateway = new Gateway(program, directory, port);
    try {
      await gateway.serve();
      return gateway;
    } catch (error) {
      await gateway.stop();
      throw error;
    }
  }

  /** Resolves when the program finds no fault with the configuration. */
  async check(): Promise<void> {
    const { command, check } = this.program;
    await promisify(execFile)(command, check(this.directory), this.surroundings);
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  private async serve(): Promise<void> {
    const { command, run } = this.program;
    const child = spawn(command, run(this.directory), {
      ...this.surroundings,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const take = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    await once(child, 'spawn');
    this.child = child;
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${command} ended:\n${this.output}`);
      return (await fetch(`http://127.0.0.1:${this.port}`).catch(() => undefined)) !== undefined;
    });
  }

  private get surroundings() {
    const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    return { cwd: this.directory, env: { PATH, HOME: this.directory } };
  }
}
