import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { PATH, Program } from './program.js';

/** A program that one of our examples is for, and how it is run there. Directories are the run's own. */
export interface Example {
  /** Below `examples`. */
  readonly files: readonly string[];
  readonly command: string;
  /** Checks the configuration and ends. */
  readonly check: (directory: string) => readonly string[];
  /** Serves in the foreground, started in the directory. */
  readonly run: (directory: string) => readonly string[];
}

/** By the port that the example has for something, the one that it has here. */
export type Ports = Readonly<Record<number, number>>;

/** A program with our example as it is, but for the ports. */
export class ExampleProgram {
  private program: Program | undefined;

  private constructor(
    private readonly example: Example,
    private readonly directory: string,
  ) {}

  /**
   * @param isReady whether it does its work
   * @param change what else is not as in the example
   */
  static async start(
    example: Example,
    ports: Ports,
    isReady: () => Promise<boolean>,
    change = (text: string): string => text,
  ): Promise<ExampleProgram> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-example-'));
    // nginx gives up being root, and still has to get here.
    await chmod(directory, 0o755);
    for (const file of example.files) {
      const text = await readFile(join('examples', file), 'utf8');
      const moved = text.replace(/(?<=:)\d{4}\b/g, (port) => String(ports[Number(port)] ?? port));
      await writeFile(join(directory, basename(file)), change(moved));
    }
    const started = new ExampleProgram(example, directory);
    try {
      started.program = new Program(example.command, example.run(directory), started.surroundings);
      await started.program.whenReady(isReady);
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** Resolves when the program finds no fault with the configuration. */
  async check(): Promise<void> {
    const { command, check } = this.example;
    await promisify(execFile)(command, check(this.directory), this.surroundings);
  }

  async stop(): Promise<void> {
    await this.program?.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private get surroundings() {
    return { cwd: this.directory, env: { PATH, HOME: this.directory } };
  }
}
