import { createDatabase, type TestDatabase } from '../../support/database.js';
import { ORIGIN } from '../../support/app.js';
import { ServiceProcess } from '../../harness/service.js';
import { type Answer, ask, type Question } from './ask.js';
import { Gateway } from '../../harness/example-program.js';
import type { GatewayProgram } from './programs.js';
import { Upstream } from './upstream.js';

export interface Token {
  readonly id: number;
  readonly plainText: string;
}

const USER = {
  name: 'Zoë 🦉 100%',
  email: 'zoe@example.com',
  password: 'a canary sings in the coal mine',
};

/** The user's name and address, as Latchkey tells them to a service. */
export const TOLD = { id: '1', name: 'Zo%C3%AB %F0%9F%A6%89 100%25', email: USER.email };

/** A gateway, Latchkey beside it, and a service behind it. */
export class Stage {
  private cookie = '';

  private constructor(
    private readonly database: TestDatabase,
    public latchkey: ServiceProcess,
    readonly upstream: Upstream,
    readonly gateway: Gateway,
  ) {}

  static async start(program: GatewayProgram): Promise<Stage> {
    const database = await createDatabase();
    const latchkey = await startLatchkey(database);
    const upstream = await Upstream.start();
    try {
      const gateway = await Gateway.start(program, { latchkey: latchkey.url, service: upstream.url });
      return new Stage(database, latchkey, upstream, gateway);
    } catch (error) {
      await Promise.all([latchkey.stop(), upstream.stop()]);
      throw error;
    }
  }

  /** Makes the user that all tokens are of. */
  async signUp(): Promise<void> {
    const response = await this.post('/v1/auth/register', USER);
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  /** Through the gateway. */
  ask(question: Question): Promise<Answer> {
    return ask(this.gateway.port, question);
  }

  /** A new token. @param wish as in the API, such as `scopes` and `allowed_cidrs` */
  async token(wish: Readonly<Record<string, unknown>> = {}): Promise<Token> {
    const response = await this.post('/v1/current_user/tokens/create', { token_name: 'Script', ...wish });
    const { token } = (await response.json()) as { token: string };
    return { id: parseInt(token, 10), plainText: token };
  }

  /** Past the gateway, as its owner. */
  async delete({ id }: Token): Promise<void> {
    const url = `${this.latchkey.url}/v1/current_user/tokens/${id}`;
    const { status } = await fetch(url, { method: 'DELETE', headers: this.asOwner });
    if (status !== 204) throw new Error(`Token ${id} was not deleted: ${status}`);
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
    await this.gateway.stop();
    await this.upstream.stop();
    await this.latchkey.stop();
    await this.database.drop();
  }

  private async post(path: string, body: unknown): Promise<Response> {
    const response = await fetch(`${this.latchkey.url}${path}`, {
      method: 'POST',
      headers: { ...this.asOwner, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  private get asOwner() {
    return { cookie: this.cookie, origin: ORIGIN };
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
