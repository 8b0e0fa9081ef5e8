import { ClusterProxy } from '../../harness/cluster-proxy.js';
import { Connections } from '../../harness/connections.js';
import type { Figures } from '../../harness/figures.js';
import { freePort } from '../../harness/free-port.js';
import { GaleraCluster } from '../../harness/galera.js';
import { Ledger } from '../../harness/ledger.js';
import { Load } from '../../harness/load.js';
import { Person, type Token } from '../../harness/person.js';
import { ServiceProcess } from '../../harness/service.js';
import { settle } from '../../harness/settle.js';

const INSTANCES = 3;
const PEOPLE = 8;
/** As the example says: enough for two checks of HAProxy, and some. */
const BEHIND_HAPROXY = { SHUTDOWN_DELAY_MS: '3000' };
/** Statements, batches and waits, of all that may come one after the other here, end by themselves before. */
const DEADLINES = { verificationMs: 20_000, writeMs: 20_000 };
/** Sooner than it was told to, to see more of it; later than at once, so that the machine can also run a cluster. */
const AFTER_503_MS = 100;

/** Three nodes, three instances, HAProxy before both. */
export class Stage {
  readonly instances: ServiceProcess[] = [];
  readonly database = 'latchkey';

  private constructor(
    readonly galera: GaleraCluster,
    readonly proxy: ClusterProxy,
    private readonly ports: readonly number[],
  ) {}

  static async start(): Promise<Stage> {
    const galera = await GaleraCluster.start();
    await galera.createDatabase('latchkey');
    const ports = await Promise.all(Array.from({ length: INSTANCES }, freePort));
    const proxy = await ClusterProxy.start(
      ports,
      galera.nodes.map(({ port }) => port),
    );
    const stage = new Stage(galera, proxy, ports);
    await Promise.all(ports.map((_, at) => stage.startInstance(at)));
    await proxy.whenUp();
    return stage;
  }

  /** Starts an instance, for the first time or again. */
  async startInstance(at: number): Promise<void> {
    const env = { ...BEHIND_HAPROXY, PORT: String(this.ports[at]) };
    this.instances[at] = await ServiceProcess.startBusy(this.proxy.databaseUrl(this.database), env);
  }

  /** Three more instances, each past HAProxy and on a node of its own. */
  direct(): Promise<ServiceProcess[]> {
    return startServices(this.galera.urlsOf(this.database));
  }

  instance(at: number): ServiceProcess {
    const instance = this.instances[at];
    if (instance === undefined) throw new Error(`There is no instance ${at}.`);
    return instance;
  }

  /** The node that HAProxy uses now. */
  async nodeInUse(): Promise<number> {
    for (const [index, { name }] of this.galera.nodes.entries()) {
      if ((await this.proxy.status(name)).sessions > 0) return index;
    }
    throw new Error('No node is in use.');
  }

  /**
   * Does what `disturb` says while clients are at work, and holds what they were told against every node.
   * @returns the load, for what else must be so
   */
  async underLoad(
    scenario: string,
    disturb: (load: Load) => Promise<Figures>,
    { writesMayBreak = false } = {},
  ): Promise<Load> {
    const { url } = this.proxy;
    const ledger = new Ledger();
    const connections = new Connections(url);
    const people = await Promise.all(Array.from({ length: PEOPLE }, () => Person.signUp(connections)));
    connections.close();
    const options = {
      verifiers: 4,
      writers: 1,
      writersLook: true,
      deadlines: DEADLINES,
      after503Ms: AFTER_503_MS,
    };
    const load = new Load(url, people, ledger, options);
    if (writesMayBreak) load.judge.mayCut = 'writes';
    let more: Figures;
    try {
      await load.untilServed(50, 50);
      more = await disturb(load);
      await load.untilServed(50, 50);
    } finally {
      await load.stop();
    }
    await settle({
      scenario,
      ledger,
      judge: load.judge,
      url,
      databaseUrls: this.galera.urlsOf(this.database),
      deadlines: DEADLINES,
      isShared: true,
      more,
    });
    return load;
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop('SIGKILL')));
    await this.proxy.stop();
    await this.galera.stop();
  }
}

/** All at once, on one database each. What has started is stopped where one does not. */
export async function startServices(databaseUrls: readonly string[]): Promise<ServiceProcess[]> {
  const starts = databaseUrls.map((url) => ServiceProcess.startBusy(url));
  try {
    return await Promise.all(starts);
  } catch (error) {
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') await start.value.stop('SIGKILL');
    }
    throw error;
  }
}

/** A new user. @returns a token that may do everything */
export async function signUp(connections: Connections): Promise<Token> {
  return (await Person.signUp(connections)).token();
}
