import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { signal } from './program.js';
import { until } from '../support/until.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);

/** Copying a database to a node on a busy machine takes its time. */
const START_WITHIN_MS = 120_000;

/** Where a node is to be found. */
export interface Addresses {
  readonly sql: number;
  /** Of the group of nodes. */
  readonly group: number;
  /** Where it takes what it has missed, and a copy of everything. */
  readonly ist: number;
  readonly sst: number;
}

export async function newAddresses(): Promise<Addresses> {
  return {
    sql: await freePort(),
    group: await freePort(),
    ist: await freePort(),
    sst: await freePort(),
  };
}

/** A node with our example as it is, but for the addresses and the sizes. */
export class GaleraNode {
  private child: ChildProcess | undefined;

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly directory: string,
    private readonly user: readonly string[],
  ) {}

  /** Prepares a node that has no data yet. @param owner whose process it will be, where this one is root's */
  static async create(
    directory: string,
    nodes: readonly Addresses[],
    index: number,
    owner: { readonly name: string; readonly uid: number } | undefined,
  ): Promise<GaleraNode> {
    await mkdir(directory);
    if (owner !== undefined) await chown(directory, owner.uid, -1);
    const name = `node${index + 1}`;
    const own = nodes[index];
    if (own === undefined) throw new Error(`There is no ${name}.`);
    const node = new GaleraNode(
      name,
      own.sql,
      directory,
      owner === undefined ? [] : [`--user=${owner.name}`],
    );
    await writeFile(
      node.file('node.cnf'),
      moved(await readFile('examples/cluster/node.cnf', 'utf8'), nodes, own, name),
    );
    await run('mariadb-install-db', [
      '--no-defaults',
      ...node.options(),
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    return node;
  }

  /**
   * As Debian's service does, it looks first how far it had come, so that it needs no copy of everything.
   * Resolves when it has everything the others have. @param asFirst where there are no others
   */
  async start(asFirst = false): Promise<void> {
    const position = asFirst ? [] : [`--wsrep-start-position=${await this.position()}`];
    this.child = spawn(
      'mariadbd',
      [
        ...this.configuration(),
        `--log-error=${this.file('log.err')}`,
        ...position,
        ...(asFirst ? ['--wsrep-new-cluster'] : []),
      ],
      { stdio: 'ignore' },
    );
    await this.whenSynced();
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    await signal(child, 'SIGKILL');
  }

  /** Stops the process where it is, and lets it go on. */
  async signal(name: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    if (this.child) await signal(this.child, name);
  }

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
      const [rows] = await connection.query<RowDataPacket[]>({
        sql,
        values: [...parameters],
        timeout: 10_000,
      });
      return rows as T[];
    } finally {
      connection.destroy();
    }
  }

  async status(name: string): Promise<string | undefined> {
    const [row] = await this.query<{ Value: string }>('SHOW STATUS LIKE ?', [name]);
    return row?.Value;
  }

  async whenSynced(): Promise<void> {
    await until(async () => {
      if (this.child?.exitCode !== null) {
        throw new Error(
          `${this.name} ended:\n${(await readFile(this.file('log.err'), 'utf8')).slice(-4000)}`,
        );
      }
      const state = await this.status('wsrep_local_state_comment').catch(() => undefined);
      return state === 'Synced';
    }, START_WITHIN_MS);
  }

  /** The last write that is on its disk. */
  private async position(): Promise<string> {
    const log = this.file('recovery.err');
    await rm(log, { force: true });
    await run('mariadbd', [...this.configuration(), '--wsrep-recover', `--log-error=${log}`]);
    return /Recovered position: (\S+)/.exec(await readFile(log, 'utf8'))?.[1] ?? 'unknown';
  }

  private configuration(): string[] {
    return [
      `--defaults-file=${this.file('node.cnf')}`,
      ...this.options(),
      `--socket=${this.file('socket')}`,
      `--pid-file=${this.file('pid')}`,
      '--innodb-buffer-pool-size=64M',
    ];
  }

  private options(): string[] {
    // A server that starts removes every temporary table of its directory for them, whosever it is.
    return [...this.user, `--datadir=${this.file('data')}`, `--tmpdir=${this.directory}`];
  }

  private file(name: string): string {
    return join(this.directory, name);
  }
}

/** The example, moved to this machine. */
function moved(text: string, nodes: readonly Addresses[], own: Addresses, name: string): string {
  const all = nodes.map(({ group }) => `127.0.0.1:${group}`).join(',');
  const group = `127.0.0.1:${own.group}`;
  return text
    .replace(/(?<=gcomm:\/\/)\S+/, all)
    .replace(/(?<=^port = )3306/m, String(own.sql))
    .replaceAll('10.0.0.11:4567', group)
    .replace('base_port=4567', `base_port=${own.group}`)
    .replace('10.0.0.11:4444', `127.0.0.1:${own.sst}`)
    .replace('10.0.0.11:4568', `127.0.0.1:${own.ist}`)
    .replace('bind_address = 10.0.0.11', 'bind_address = 127.0.0.1')
    .replace('wsrep_node_name = node1', `wsrep_node_name = ${name}`)
    .replace('gcache.size=512M', 'gcache.size=32M');
}
