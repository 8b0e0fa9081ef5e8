import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { OwnMariadb, prepareData } from './mariadb.js';
import { Program } from './program.js';

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
  const [sql, group, ist, sst] = [await freePort(), await freePort(), await freePort(), await freePort()];
  return { sql, group, ist, sst };
}

/** A node with our example as it is, but for the addresses and the sizes. */
export class GaleraNode extends OwnMariadb {
  private isFirst = false;

  private constructor(
    readonly name: string,
    port: number,
    directory: string,
  ) {
    super(port, directory);
  }

  /** Prepares a node that has no data yet. */
  static async create(directory: string, nodes: readonly Addresses[], index: number): Promise<GaleraNode> {
    await mkdir(directory);
    const name = `node${index + 1}`;
    const own = nodes[index];
    if (own === undefined) throw new Error(`There is no ${name}.`);
    const node = new GaleraNode(name, own.sql, directory);
    const example = await readFile('examples/cluster/node.cnf', 'utf8');
    await writeFile(node.file('node.cnf'), moved(example, nodes, own, name));
    await prepareData(directory);
    return node;
  }

  /** Resolves when it has everything the others have. @param asFirst where there are no others */
  override async run(asFirst = false): Promise<void> {
    this.isFirst = asFirst;
    await super.run();
  }

  async status(name: string): Promise<string | undefined> {
    const [row] = await this.query<{ Value: string }>('SHOW STATUS LIKE ?', [name]);
    return row?.Value;
  }

  /** As Debian's service does, it looks first how far it had come, so that it needs no copy of everything. */
  protected override async start(): Promise<Program> {
    const where = this.isFirst ? '--wsrep-new-cluster' : `--wsrep-start-position=${await this.position()}`;
    return new Program('mariadbd', [...this.options(), where]);
  }

  protected override async answers(): Promise<boolean> {
    return (await this.status('wsrep_local_state_comment').catch(() => undefined)) === 'Synced';
  }

  protected override options(): string[] {
    return [`--defaults-file=${this.file('node.cnf')}`, ...super.options(), '--innodb-buffer-pool-size=64M'];
  }

  /** The last write that is on its disk. */
  private async position(): Promise<string> {
    const log = this.file('recovery.err');
    await rm(log, { force: true });
    await promisify(execFile)('mariadbd', [...this.options(), '--wsrep-recover', `--log-error=${log}`]);
    return /Recovered position: (\S+)/.exec(await readFile(log, 'utf8'))?.[1] ?? 'unknown';
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
