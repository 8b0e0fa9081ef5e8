import { ask, Connections, type Outcome, type Question } from '../../harness/connections.js';
import { Person, type Token } from '../../harness/person.js';
import { ORIGIN, ServiceProcess } from '../../harness/service.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { type Gateway, startGateway } from './gateway.js';
import type { GatewayProgram } from './programs.js';
import { Upstream } from './upstream.js';

const EMAIL = 'zoe@example.com';

/** The user's name and address, as Latchkey tells them to a service. */
export const TOLD = { id: '1', name: 'Zo%C3%AB %F0%9F%A6%89 100%25', email: EMAIL };

/** A gateway, Latchkey beside it, and a service behind it. */
export class Stage {
  private constructor(
    private readonly database: TestDatabase,
    public latchkey: ServiceProcess,
    readonly upstream: Upstream,
    readonly gateway: Gateway,
    /** Whose tokens all are. */
    readonly person: Person,
  ) {}

  static async start(program: GatewayProgram): Promise<Stage> {
    const database = await createDatabase();
    const latchkey = await startLatchkey(database);
    const upstream = await Upstream.start();
    try {
      const gateway = await startGateway(program, latchkey.url, upstream.url);
      const person = await Person.signUp(new Connections(latchkey.url), EMAIL);
      return new Stage(database, latchkey, upstream, gateway, person);
    } catch (error) {
      await Promise.all([latchkey.stop(), upstream.stop()]);
      throw error;
    }
  }

  /** Through the gateway. */
  ask(question: Question): Promise<Outcome> {
    return ask(this.gateway.url, question);
  }

  /** A new token. @param wish as in the API, such as `scopes` and `allowed_cidrs` */
  token(wish?: Readonly<Record<string, unknown>>): Promise<Token> {
    return this.person.token(wish);
  }

  async stopLatchkey(): Promise<void> {
    await this.latchkey.stop();
  }

  /** Anew, on the port it had. */
  async restartLatchkey(): Promise<void> {
    await this.latchkey.stop();
    this.latchkey = await startLatchkey(this.database, new URL(this.latchkey.url).port);
  }

  async stop(): Promise<void> {
    await this.gateway.program.stop();
    await this.upstream.stop();
    await this.latchkey.stop();
    await this.database.drop();
  }
}

const startLatchkey = ({ url }: TestDatabase, port?: string): Promise<ServiceProcess> =>
  ServiceProcess.start({
    DATABASE_URL: url,
    // With the requests that pass, too.
    LOG_LEVEL: 'debug',
    PUBLIC_URL: ORIGIN,
    TRUST_PROXY: '127.0.0.1',
    ...(port !== undefined && { PORT: port }),
  });
