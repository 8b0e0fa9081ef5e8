import { freePort } from './free-port.js';
import { type End, Program } from './program.js';
import { GENEROUS } from '../support/generous.js';

type Env = Readonly<Record<string, string>>;

/** What the service is told that its address is, and so what a browser's Origin must be. */
export const ORIGIN = 'http://localhost:3000';

/** The service as its operator runs it: a process of its own, from the build that `npm test` begins with. */
export class ServiceProcess extends Program {
  private constructor(
    env: Env,
    readonly url: string,
  ) {
    super(process.execPath, ['dist/main.js'], {
      env: { PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'info', ...GENEROUS, ...env },
    });
  }

  /** The log so far, each line parsed. */
  get log(): Record<string, unknown>[] {
    return this.lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** @param env settings; without `PORT`, one is chosen */
  static async start(env: Env): Promise<ServiceProcess> {
    const { PORT = String(await freePort()) } = env;
    const service = new ServiceProcess({ ...env, PORT }, `http://127.0.0.1:${PORT}`);
    await service.whenListening();
    return service;
  }

  /** Behind a proxy, with clients that have many tokens, and with every last use written soon. */
  static startBusy(databaseUrl: string, env: Env = {}): Promise<ServiceProcess> {
    return ServiceProcess.start({
      DATABASE_URL: databaseUrl,
      PUBLIC_URL: ORIGIN,
      LOG_LEVEL: 'warn',
      TRUST_PROXY: '127.0.0.1',
      TOKENS_MAX_PER_USER: '1000000',
      BACKGROUND_FLUSH_MS: '500',
      ...env,
    });
  }

  /** Runs a service that ends by itself. @returns how it ended, and what it wrote */
  static async runToEnd(env: Env): Promise<[end: End, text: string]> {
    const service = new ServiceProcess(env, '');
    const end = await service.ended;
    return [end, service.lines.join('\n')];
  }

  /** Resolves when it listens; with a database that is there, it is ready then, too. */
  whenListening(): Promise<void> {
    return this.whenReady(async () => (await this.health('live')) === 200);
  }

  /** @returns the status, or undefined where nobody answers */
  async health(of: 'live' | 'ready'): Promise<number | undefined> {
    const answer = await fetch(`${this.url}/health/${of}`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status;
  }
}
