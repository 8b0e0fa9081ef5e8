import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { TestDatabase } from '../support/database.js';
import { freePort } from './free-port.js';
import { signal } from './program.js';

const run = promisify(execFile);

/** A MariaDB server of a test's own, for what must not be done to one that others use: freezing, killing. */
export class OwnMariadb {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    private readonly user: readonly string[],
    private readonly port: number,
  ) {}

  /** For `DATABASE_URL`; the database exists and is empty. */
  get url(): string {
    return `mysql://root@127.0.0.1:${this.port}/latchkey`;
  }

  static async start(): Promise<OwnMariadb> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-mariadb-'));
    const asRoot = process.getuid?.() === 0;
    if (asRoot) {
      const { stdout } = await run('id', ['-u', 'nobody']);
      await chown(directory, Number(stdout), -1);
    }
    const server = new OwnMariadb(directory, asRoot ? ['--user=nobody'] : [], await freePort());
    await run('mariadb-install-db', [
      ...server.options(),
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    await server.run();
    return server;
  }

  /** Starts the server, for the first time or again after it was killed. */
  async run(): Promise<void> {
    const where = [`--socket=${join(this.directory, 'socket')}`, `--port=${this.port}`];
    const options = [
      ...this.options(),
      ...where,
      '--bind-address=127.0.0.1',
      '--innodb-buffer-pool-size=32M',
    ];
    this.child = spawn('mariadbd', options, { stdio: 'ignore' });
    await this.whenAnswering();
  }

  async signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
    if (this.child) await signal(this.child, name);
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode === null && this.child.signalCode === null) await this.signal('SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }

  private options(): string[] {
    return [
      '--no-defaults',
      ...this.user,
      `--datadir=${join(this.directory, 'data')}`,
      `--tmpdir=${this.directory}`,
    ];
  }

  private async whenAnswering(): Promise<void> {
    for (;;) {
      if (this.child?.exitCode !== null) throw new Error('mariadbd ended while starting.');
      try {
        const connection = await createConnection({ host: '127.0.0.1', port: this.port, user: 'root' });
        await connection.query('CREATE DATABASE IF NOT EXISTS latchkey');
        await connection.end();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

/** A server for a single database. */
export async function createOwnMariadb(): Promise<TestDatabase> {
  const server = await OwnMariadb.start();
  return { url: server.url, drop: () => server.stop() };
}
