import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own, soon full. Needs root, who alone may mount. */
export class SmallDisk {
  private constructor(readonly directory: string) {}

  /** @throws Error where nothing may be mounted: without it, nothing would be tested */
  static async mount(megabytes: number): Promise<SmallDisk> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]);
    } catch (error) {
      await rm(directory, { recursive: true });
      throw new Error(`The test of a full disk must be run as root, to mount one. ${String(error)}`, {
        cause: error,
      });
    }
    return new SmallDisk(directory);
  }

  /** As an operator enlarges it. */
  async enlarge(megabytes: number): Promise<void> {
    await run('mount', ['-o', `remount,size=${megabytes}m`, this.directory]);
  }

  /** As something else on the disk takes all the space that is left. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.directory);
    await writeFile(this.ballast, Buffer.alloc(bavail * bsize)).catch((error: unknown) => {
      // The service writes, too: it may have taken the last of it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    });
  }

  /** After `fill`. */
  async free(): Promise<void> {
    await rm(this.ballast);
  }

  async unmount(): Promise<void> {
    // Lazily: libsql keeps the file open that we have looked into until the garbage is collected.
    await run('umount', ['--lazy', this.directory]);
    await rm(this.directory, { recursive: true });
  }

  private get ballast(): string {
    return join(this.directory, 'ballast');
  }
}
