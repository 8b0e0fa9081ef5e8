import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request, exactly as it arrived behind the gateway. */
export interface Received {
  readonly method: string;
  readonly url: string;
  /** Names as they were sent, each with its value. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** All headers that a service might take for who it is: some cannot tell an underscore from a hyphen. */
export const identityOf = ({ headers }: Received) =>
  headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => /^x[-_]auth[-_]/.test(name))
    .sort(([one], [other]) => one.localeCompare(other));

/** The service that the gateway protects. It says yes to everything. */
export class Upstream {
  readonly received: Received[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Upstream> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const upstream = new Upstream(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => {
      const { method = '', url = '', rawHeaders } = request;
      void buffer(request).then((body) => {
        upstream.received.push({ method, url, headers: pairs(rawHeaders), body });
        response.end('from the service');
      });
    });
    return upstream;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

/** Node's raw list has names at even places, values at odd ones. */
const pairs = (raw: readonly string[]) =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
