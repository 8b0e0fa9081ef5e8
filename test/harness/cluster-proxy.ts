import { until } from '../support/until.js';
import { type Example, ExampleProgram } from './example-program.js';
import { freePort } from './free-port.js';

const HAPROXY: Example = {
  files: ['cluster/haproxy.cfg', 'cluster/503.http'],
  command: 'haproxy',
  check: () => ['-c', '-f', 'haproxy.cfg'],
  run: () => ['-db', '-f', 'haproxy.cfg'],
};

/** What HAProxy says of a server behind it. */
export interface ServerStatus {
  readonly up: boolean;
  /** Connections at this moment. */
  readonly sessions: number;
}

/** HAProxy as our example of a cluster has it, before three instances and three nodes. */
export class ClusterProxy {
  private program: ExampleProgram | undefined;

  private constructor(
    private readonly front: number,
    private readonly database: number,
    private readonly statistics: number,
  ) {}

  /**
   * @param instances and nodes: their ports, in the order of the example
   * @param use whether to change the example as its README says, so that all nodes are used
   */
  static async start(
    instances: readonly number[],
    nodes: readonly number[],
    use: 'one node' | 'all nodes' = 'one node',
  ): Promise<ClusterProxy> {
    const proxy = new ClusterProxy(await freePort(), await freePort(), await freePort());
    const ports = {
      8000: proxy.front,
      3306: proxy.database,
      8404: proxy.statistics,
      ...Object.fromEntries(instances.map((port, at) => [3001 + at, port])),
      ...Object.fromEntries(nodes.map((port, at) => [3311 + at, port])),
    };
    const allNodes = (text: string) => text.replace(/^ {2}stick.*\n/gm, '').replace(/ backup$/gm, '');
    proxy.program = await ExampleProgram.start(
      HAPROXY,
      ports,
      async () => (await proxy.status('node1').catch(() => undefined))?.up === true,
      use === 'all nodes' ? allNodes : undefined,
    );
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.front}`;
  }

  /** For `DATABASE_URL`. */
  databaseUrl(name: string): string {
    return `mysql://root@127.0.0.1:${this.database}/${name}`;
  }

  /** @param server as it is called in the example: `latchkey1`, `node1` */
  async status(server: string): Promise<ServerStatus> {
    const answer = await fetch(`http://127.0.0.1:${this.statistics}/;csv`);
    const [header = '', ...rows] = (await answer.text()).split('\n');
    const names = header.replace('# ', '').split(',');
    const row = rows.map((line) => line.split(',')).find((fields) => fields[1] === server);
    const field = (name: string) => row?.[names.indexOf(name)] ?? '';
    return { up: field('status').startsWith('UP'), sessions: Number(field('scur')) };
  }

  /** Resolves when all instances are up. */
  async whenUp(): Promise<void> {
    await until(async () => {
      const all = await Promise.all([1, 2, 3].map((number) => this.status(`latchkey${number}`)));
      return all.every(({ up }) => up);
    });
  }

  async stop(): Promise<void> {
    await this.program?.stop();
  }
}
