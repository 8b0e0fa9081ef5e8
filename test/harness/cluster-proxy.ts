import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.js';
import { freePort } from './free-port.js';

const EXAMPLE = 'examples/cluster';

/** What HAProxy says of a server behind it. */
export interface ServerStatus {
  readonly up: boolean;
  /** Connections at this moment. */
  readonly sessions: number;
}

/** HAProxy with our example as it is, but for the ports. */
export class Proxy {
  private output = '';
  private child: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    private readonly ports: ReadonlyMap<string, number>,
  ) {}

  /**
   * @param instances and nodes: their ports, in the order of the example
   * @param use whether to change the example as its README says, so that all nodes are used
   */
  static async start(
    instances: readonly number[],
    nodes: readonly number[],
    use: 'one node' | 'all nodes' = 'one node',
  ): Promise<Proxy> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-cluster-'));
    const ports = new Map<string, number>();
    for (const port of ['8000', '3306', '8404']) ports.set(port, await freePort());
    instances.forEach((port, at) => ports.set(`300${at + 1}`, port));
    nodes.forEach((port, at) => ports.set(`331${at + 1}`, port));
    const text = await readFile(join(EXAMPLE, 'haproxy.cfg'), 'utf8');
    const moved = text.replace(/(?<=^ .*127\.0\.0\.1:)\d+/gm, (port) => String(ports.get(port)));
    const example =
      use === 'one node' ? moved : moved.replace(/^ {2}stick.*\n/gm, '').replace(/ backup$/gm, '');
    await writeFile(join(directory, 'haproxy.cfg'), example);
    await copyFile(join(EXAMPLE, '503.http'), join(directory, '503.http'));
    const proxy = new Proxy(directory, ports);
    await proxy.serve();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.get('8000')}`;
  }

  /** For `DATABASE_URL`. */
  databaseUrl(name: string): string {
    return `mysql://root@127.0.0.1:${this.ports.get('3306')}/${name}`;
  }

  /** @param server as it is called in the example: `latchkey1`, `node1` */
  async status(server: string): Promise<ServerStatus> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.get('8404')}/;csv`);
    const [header = '', ...rows] = (await answer.text()).split('\n');
    const names = header.replace('# ', '').split(',');
    const row = rows.map((line) => line.split(',')).find((fields) => fields[1] === server);
    const field = (name: string) => row?.[names.indexOf(name)] ?? '';
    return { up: field('status').startsWith('UP'), sessions: Number(field('scur')) };
  }

  async whenUp(...servers: string[]): Promise<void> {
    await until(async () => {
      const all = await Promise.all(servers.map((server) => this.status(server)));
      return all.every(({ up }) => up);
    });
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
    const child = spawn('haproxy', ['-db', '-f', 'haproxy.cfg'], {
      cwd: this.directory,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const take = (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-10_000));
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    await once(child, 'spawn');
    this.child = child;
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`HAProxy ended:\n${this.output}`);
      return (await this.status('node1').catch(() => undefined))?.up === true;
    });
  }
}
