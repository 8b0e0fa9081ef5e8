import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { ServiceProcess } from '../../harness/service.js';
import { Client, send } from './client.js';
import { type Figure, report } from './figures.js';
import { GaleraCluster } from '../../harness/galera.js';
import { freePort } from '../../harness/free-port.js';
import { type Discrepancies, Ledger } from './ledger.js';
import { Load } from './load.js';
import { Proxy } from '../../harness/cluster-proxy.js';

const INSTANCES = 3;
const CLIENTS = 8;
const ORIGIN = 'http://localhost:3000';
/** As the example says: enough for two checks of HAProxy, and some. */
const SHUTDOWN_DELAY_MS = 3000;

/** Three nodes, three instances, HAProxy before both. */
export class Stage {
  readonly instances: ServiceProcess[] = [];
  readonly database = 'latchkey';

  private constructor(
    readonly galera: GaleraCluster,
    readonly proxy: Proxy,
    private readonly ports: readonly number[],
  ) {}

  static async start(): Promise<Stage> {
    const galera = await GaleraCluster.start();
    await galera.createDatabase('latchkey');
    const ports = await Promise.all(Array.from({ length: INSTANCES }, freePort));
    const proxy = await Proxy.start(
      ports,
      galera.nodes.map(({ port }) => port),
    );
    const stage = new Stage(galera, proxy, ports);
    stage.instances.push(
      ...(await startServices(
        ports.map(() => proxy.databaseUrl('latchkey')),
        ports,
      )),
    );
    await proxy.whenUp('latchkey1', 'latchkey2', 'latchkey3');
    return stage;
  }

  /** Starts an instance, for the first time or again. */
  async startInstance(at: number): Promise<void> {
    this.instances[at] = await startService(this.proxy.databaseUrl(this.database), this.ports[at]);
  }

  /** Three more instances, each past HAProxy and on a node of its own. */
  async direct(): Promise<ServiceProcess[]> {
    return startServices(
      this.galera.nodes.map(({ port }) => `mysql://root@127.0.0.1:${port}/${this.database}`),
    );
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
    disturb: (load: Load) => Promise<Figure>,
    { writesMayBreak = false } = {},
  ): Promise<Load> {
    const ledger = new Ledger();
    const clients: Client[] = [];
    for (let at = 0; at < CLIENTS; at += 1)
      clients.push(new Client(this.proxy.url, await signUp(this.proxy.url)));
    const load = new Load(clients, ledger, writesMayBreak);
    let figure: Figure;
    try {
      await delay(1000);
      figure = await disturb(load);
      await delay(1000);
    } finally {
      await load.stop();
    }
    const found = await Promise.all(this.galera.nodes.map((node) => ledger.compare(node, this.database)));
    const count = (what: keyof Discrepancies) => new Set(found.flatMap((node) => node[what])).size;
    const { statuses, answers, outageMs } = load;
    const answered = Object.entries(statuses).map(
      ([status, times]) => `${times} × ${status === '0' ? 'none' : status}`,
    );
    report({
      scenario,
      ...figure,
      requests: answers.length,
      answers: answered.join(' '),
      'acknowledged writes': ledger.acknowledged,
      lost: count('lost'),
      doubled: count('doubled'),
      'back after their deletion': count('revived'),
      'longest time without success': `${outageMs} ms`,
    });
    expect(load.faults).toEqual([]);
    for (const node of found) expect(node).toEqual({ lost: [], doubled: [], revived: [] });
    await this.expectAll(ledger.good, 200);
    await this.expectAll(ledger.deleted, 401);
    return load;
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop('SIGKILL')));
    await this.proxy.stop();
    await this.galera.stop();
  }

  private async expectAll(tokens: readonly string[], status: number): Promise<void> {
    const work = tokens.values();
    const wrong: string[] = [];
    const check = async (): Promise<void> => {
      for (const token of work) {
        const answer = await send(`${this.proxy.url}/v1/current_user`, { token });
        if (answer.status !== status) wrong.push(`${token.split('|')[0]}: ${answer.status}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, check));
    expect(wrong).toEqual([]);
  }
}

export const startService = (databaseUrl: string, port?: number): Promise<ServiceProcess> =>
  ServiceProcess.start({
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'warn',
    PUBLIC_URL: ORIGIN,
    TRUST_PROXY: '127.0.0.1',
    TOKENS_MAX_PER_USER: '1000000',
    // So that these writes happen, too.
    BACKGROUND_FLUSH_MS: '500',
    SHUTDOWN_DELAY_MS: String(SHUTDOWN_DELAY_MS),
    ...(port !== undefined && { PORT: String(port) }),
  });

/** All at once. What has started is stopped where one does not. */
export async function startServices(
  databaseUrls: readonly string[],
  ports: readonly number[] = [],
): Promise<ServiceProcess[]> {
  const starts = databaseUrls.map((url, at) => startService(url, ports[at]));
  try {
    return await Promise.all(starts);
  } catch (error) {
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') await start.value.stop('SIGKILL');
    }
    throw error;
  }
}

let people = 0;

/** A new user. @returns a token that may do everything */
export async function signUp(url: string): Promise<string> {
  people += 1;
  const person = {
    name: 'Zoë',
    email: `zoe-${process.pid}-${people}@example.com`,
    password: 'a canary sings in the coal mine',
  };
  const registered = await post(`${url}/v1/auth/register`, person, {});
  const cookie = registered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const path = '/v1/current_user/tokens/create';
  const created = await post(`${url}${path}`, { token_name: 'Owner' }, { cookie, origin: ORIGIN });
  return ((await created.json()) as { token: string }).token;
}

async function post(url: string, body: object, headers: Record<string, string>): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}
