import { expect } from '@jest/globals';
import { ORIGIN } from '../../support/app.js';
import { freePort } from '../../harness/free-port.js';
import { ServiceProcess } from '../../harness/service.js';
import { until } from '../../support/until.js';
import { compare } from '../../harness/comparison.js';
import { Connections } from '../../harness/connections.js';
import { type Figures, print } from '../../harness/figures.js';
import { Judge } from '../../harness/judge.js';
import { Ledger } from '../../harness/ledger.js';
import { Load, type LoadOptions } from '../../harness/load.js';
import { readTokens } from '../../harness/rows.js';
import { Verifier } from '../../harness/verifier.js';

export interface StageOptions {
  /** The service's way to the database. */
  readonly databaseUrl: string;
  /** Ours, where the service's is what is broken. */
  readonly directUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Lets the load know what was done. @returns how many faults that were */
export type Fault = (load: Load) => Promise<number>;

const PERSON = { name: 'Ada', email: 'ada@example.com', password: 'a canary sings in the coal mine' };

/** A service on a database, a person with tokens, and the ledger of all that was acknowledged to them. */
export class Stage {
  readonly ledger = new Ledger();

  private constructor(
    private readonly options: StageOptions,
    private readonly port: string,
    public service: ServiceProcess,
    readonly cookie: string,
  ) {}

  static async start(options: StageOptions): Promise<Stage> {
    const port = String(await freePort());
    const service = await startService(options, port);
    try {
      return new Stage(options, port, service, await signUp(service.url));
    } catch (error) {
      await service.stop('SIGKILL');
      throw error;
    }
  }

  get url(): string {
    return this.service.url;
  }

  /**
   * Does its worst to a service that is busy, sees it recover, and settles the account.
   * @param scenario for the line of figures
   */
  async survives(scenario: string, fault: Fault, options: LoadOptions = {}): Promise<Figures> {
    const load = new Load(this.url, this.cookie, this.ledger, options);
    let faults: number;
    try {
      await load.untilServed(50, 20);
      faults = await fault(load);
      await load.untilServed(50, 10);
    } finally {
      await load.stop();
    }
    return this.settle(scenario, load.judge, faults);
  }

  /** Compares the ledger with the database and with what the service says of every token. */
  async settle(scenario: string, judge: Judge, faults: number, more?: string): Promise<Figures> {
    await this.untilReady();
    const { lost, surplus, expected } = compare(
      this.ledger,
      await readTokens(this.options.directUrl ?? this.options.databaseUrl),
    );
    const last = new Judge();
    const connections = new Connections(this.url);
    const verifier = new Verifier(connections, this.ledger, last);
    const work = expected.entries();
    const check = async (): Promise<void> => {
      for (const [entry, status] of work) await verifier.check(entry, status);
    };
    await Promise.all(Array.from({ length: 32 }, check));
    connections.close();
    const figures = { faults, judge, ledger: this.ledger, lost, ...(more !== undefined && { more }) };
    print(scenario, figures);
    expect(lost).toEqual([]);
    expect(surplus).toEqual([]);
    expect(judge.violations).toEqual([]);
    expect(last.violations).toEqual([]);
    expect(last.verifications.unavailable).toBe(0);
    expect(this.ledger.writes).toBeGreaterThan(0);
    return figures;
  }

  async untilReady(): Promise<void> {
    await until(async () => (await this.health('ready')) === 200);
  }

  /** @returns the status, or undefined where nobody answers */
  async health(of: 'live' | 'ready'): Promise<number | undefined> {
    const answer = await fetch(`${this.url}/health/${of}`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status;
  }

  /** A token that the ledger has nothing to do with. @param expiresAt ISO 8601 */
  async create(expiresAt?: string): Promise<string> {
    const response = await fetch(`${this.url}/v1/current_user/tokens/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN, cookie: this.cookie },
      body: JSON.stringify({ token_name: 'Aside', expires_at: expiresAt }),
    });
    if (!response.ok) throw new Error(`No token: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
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
  ServiceProcess.start({
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: ORIGIN,
    LOG_LEVEL: 'warn',
    TRUST_PROXY: '127.0.0.1',
    TOKENS_MAX_PER_USER: '1000000',
    BACKGROUND_FLUSH_MS: '500',
    PORT,
    ...env,
  });

/** @returns the cookie of the session */
async function signUp(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ORIGIN },
    body: JSON.stringify(PERSON),
  });
  if (!response.ok) throw new Error(`No account: ${response.status} ${await response.text()}`);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}
