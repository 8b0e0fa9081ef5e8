import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian's package `faketime` puts it. */
const LIBRARIES = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`,
);

/** The time of day of another process, which can be put forward and back while it runs. */
export class Faketime {
  private constructor(
    private readonly directory: string,
    private readonly library: string,
  ) {}

  static async create(): Promise<Faketime> {
    const library = LIBRARIES.find((path) => existsSync(path));
    if (library === undefined) throw new Error('libfaketime is not installed (Debian: faketime).');
    const faketime = new Faketime(await mkdtemp(join(tmpdir(), 'latchkey-faketime-')), library);
    await faketime.jump(0);
    return faketime;
  }

  /** For the process. What counts from its start, as timers do, goes on as before, as it does in an operating system. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** @param seconds how far it is ahead of ours from now on; negative for behind */
  async jump(seconds: number): Promise<void> {
    // In one step, for it is read all the time.
    const next = `${this.file}.next`;
    await writeFile(next, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    await rename(next, this.file);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  private get file(): string {
    return join(this.directory, 'offset');
  }
}
