import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GaleraNode, newAddresses } from './galera-node.js';

const NODES = 3;

/** Three Galera nodes on this machine, with nothing in them but the user of the health check. */
export class GaleraCluster {
  private constructor(
    private readonly directory: string,
    readonly nodes: readonly GaleraNode[],
  ) {}

  static async start(): Promise<GaleraCluster> {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-galera-'));
    // mariadbd refuses to be root, and still has to get here.
    await chmod(directory, 0o755);
    const addresses = await Promise.all(Array.from({ length: NODES }, newAddresses));
    const nodes: GaleraNode[] = [];
    const cluster = new GaleraCluster(directory, nodes);
    try {
      for (const index of addresses.keys()) {
        nodes.push(await GaleraNode.create(join(directory, `node${index + 1}`), addresses, index));
      }
      for (const [index, node] of nodes.entries()) await node.run(index === 0);
      await cluster.node(0).query("CREATE USER haproxy@'%'");
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  node(index: number): GaleraNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`There is no node ${index}.`);
    return node;
  }

  /** Makes an empty database. @returns its address on each node */
  async createDatabase(name: string): Promise<string[]> {
    await this.node(0).query(`CREATE DATABASE ${name}`);
    return this.urlsOf(name);
  }

  /** A database's address on each node. */
  urlsOf(name: string): string[] {
    return this.nodes.map(({ port }) => `mysql://root@127.0.0.1:${port}/${name}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await rm(this.directory, { recursive: true, force: true });
  }
}
