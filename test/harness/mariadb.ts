import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { TestDatabase } from '../support/database.js';
import { freePort } from './free-port.js';
import { OwnServer } from './own-server.js';
import { Program } from './program.js';

const run = promisify(execFile);

/** Where packages keep what they would otherwise make again each time. */
const CACHE = 'node_modules/.cache/latchkey';

/** A MariaDB server. */
export class OwnMariadb extends OwnServer implements TestDatabase {
  /** For `DATABASE_URL`; the database exists and is empty. */
  get url(): string {
    return `mysql://root@127.0.0.1:${this.port}/latchkey`;
  }

  protected constructor(
    port: number,
    protected readonly directory: string,
  ) {
    super(port);
  }

  static async start(): Promise<OwnMariadb> {
    const server = new OwnMariadb(await freePort(), await mkdtemp(join(tmpdir(), 'latchkey-mariadb-')));
    await prepareData(server.directory);
    await server.run();
    return server;
  }

  override async stop(): Promise<void> {
    await super.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** As a test's database, of which it has one. */
  drop(): Promise<void> {
    return this.stop();
  }

  /** As its root, on a connection of its own. */
  async query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    const connection = await createConnection({
      host: '127.0.0.1',
      port: this.port,
      user: 'root',
      connectTimeout: 2000,
      timezone: 'Z',
    });
    connection.on('error', () => undefined);
    try {
      const values = [...parameters];
      const [rows] = await connection.query<RowDataPacket[]>({ sql, values, timeout: 10_000 });
      return rows as T[];
    } finally {
      connection.destroy();
    }
  }

  protected start(): Program | Promise<Program> {
    return new Program('mariadbd', ['--no-defaults', ...this.options(), '--innodb-buffer-pool-size=32M']);
  }

  protected answers(): Promise<boolean> {
    return this.query('CREATE DATABASE IF NOT EXISTS latchkey').then(
      () => true,
      () => false,
    );
  }

  protected options(): string[] {
    return [
      ...optionsOf(this.directory),
      `--socket=${this.file('socket')}`,
      `--pid-file=${this.file('pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${this.port}`,
    ];
  }

  protected file(name: string): string {
    return join(this.directory, name);
  }
}

/** Puts the data of a server that has none into a directory: a copy, for making them takes seconds each time. */
export async function prepareData(directory: string): Promise<void> {
  if (isRoot) await chown(directory, Number((await run('id', ['-u', 'nobody'])).stdout), -1);
  const { stdout: version } = await run('mariadbd', ['--version']);
  const made = join(CACHE, version.trim().replace(/[^\w.-]+/g, '_'));
  const data = join(directory, 'data');
  if (existsSync(made)) {
    await copy(made, data);
    return;
  }
  const options = ['--auth-root-authentication-method=normal', '--skip-test-db'];
  await run('mariadb-install-db', ['--no-defaults', ...optionsOf(directory), ...options]);
  await mkdir(CACHE, { recursive: true });
  // Several may be at it, in one process, too.
  const copied = `${made}.${randomUUID()}`;
  await copy(data, copied);
  // Somebody else may have been faster.
  await rename(copied, made).catch(() => rm(copied, { recursive: true }));
}

/** With owners, and without the emptiness that most of it is. */
const copy = (from: string, to: string) => run('cp', ['-a', '--sparse=always', from, to]);

/** mariadbd refuses to be root. */
const isRoot = process.getuid?.() === 0;

function optionsOf(directory: string): string[] {
  // A server that starts removes every temporary table of its directory for them, whosever it is.
  return [
    ...(isRoot ? ['--user=nobody'] : []),
    `--datadir=${join(directory, 'data')}`,
    `--tmpdir=${directory}`,
  ];
}
