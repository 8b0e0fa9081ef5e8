import { Connections } from '../../harness/connections.js';
import type { Figures } from '../../harness/figures.js';
import { freePort } from '../../harness/free-port.js';
import type { Judge } from '../../harness/judge.js';
import { Ledger } from '../../harness/ledger.js';
import { Load, type LoadOptions } from '../../harness/load.js';
import { Person } from '../../harness/person.js';
import { ServiceProcess } from '../../harness/service.js';
import { settle } from '../../harness/settle.js';
import { until } from '../../support/until.js';

export interface StageOptions {
  /** The service's way to the database. */
  readonly databaseUrl: string;
  /** Ours, where the service's is what is broken. */
  readonly directUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Lets the load know what was done. @returns how many faults that were */
export type Fault = (load: Load) => Promise<number>;

/** A service on a database, a person with tokens, and the ledger of all that was acknowledged to them. */
export class Stage {
  readonly ledger = new Ledger();

  private constructor(
    private readonly options: StageOptions,
    private readonly port: string,
    public service: ServiceProcess,
    readonly person: Person,
  ) {}

  static async start(options: StageOptions): Promise<Stage> {
    const port = String(await freePort());
    const service = await startService(options, port);
    try {
      return new Stage(options, port, service, await Person.signUp(new Connections(service.url)));
    } catch (error) {
      await service.stop('SIGKILL');
      throw error;
    }
  }

  get url(): string {
    return this.service.url;
  }

  /** Clients at work, until they are stopped. */
  load(options?: LoadOptions): Load {
    return new Load(this.url, [this.person], this.ledger, options);
  }

  /**
   * Does its worst to a service that is busy, sees it recover, and settles the account.
   * @param scenario for the line of figures
   */
  async survives(scenario: string, fault: Fault, options?: LoadOptions): Promise<Judge> {
    const load = this.load(options);
    let faults: number;
    try {
      await load.untilServed(50, 20);
      faults = await fault(load);
      await load.untilServed(50, 10);
    } finally {
      await load.stop();
    }
    await this.settle(scenario, load.judge, { faults });
    return load.judge;
  }

  /** Compares the ledger with the database and with what the service says of every token. */
  async settle(scenario: string, judge: Judge, more: Figures): Promise<void> {
    await this.untilReady();
    const { ledger, url, options } = this;
    const databaseUrls = [options.directUrl ?? options.databaseUrl];
    await settle({ scenario, ledger, judge, url, databaseUrls, more });
  }

  /** @returns the statuses of whether it is alive, and ready; undefined where nobody answers */
  health(): Promise<(number | undefined)[]> {
    return Promise.all([this.service.health('live'), this.service.health('ready')]);
  }

  async untilReady(): Promise<void> {
    await until(async () => (await this.service.health('ready')) === 200);
  }

  /** @returns the status that a gateway gets for it */
  async verify(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${this.url}/v1/verify`, { headers })).status;
  }

  /** On the port it had. */
  async startAgain(): Promise<void> {
    this.service = await startService(this.options, this.port);
  }

  async stop(): Promise<void> {
    await this.service.stop('SIGKILL');
  }
}

const startService = ({ databaseUrl, env }: StageOptions, PORT: string): Promise<ServiceProcess> =>
  ServiceProcess.startBusy(databaseUrl, { PORT, ...env });
