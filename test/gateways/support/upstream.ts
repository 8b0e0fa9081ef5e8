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
  /** What came after the body. */
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** As CGI names it (RFC 3875, 4.1.18): whatever is neither letter nor digit is an underscore, in PHP, WSGI and others. */
const folded = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '_');

/** Without what `Connection` lists, as one more proxy on the way would pass it on. */
const passedOn = ({ headers }: Received) => {
  const listed = headers
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((entry) => entry.trim().toLowerCase()));
  return headers.filter(([name]) => !listed.includes(name.toLowerCase()));
};

/** All headers that a service might take for who it is, whatever it and what is before it do with names. */
export const identityOf = (request: Received) =>
  passedOn(request)
    .map(([name, value]) => [folded(name), value] as const)
    .filter(([name]) => name.startsWith('X_AUTH_'))
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
        const [headers, trailers] = [pairs(rawHeaders), pairs(request.rawTrailers)];
        upstream.received.push({ method, url, headers, trailers, body });
        response.end('from the service');
      });
    });
    // Another service might understand what Node does not.
    server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      socket.destroy();
      if (code === 'ECONNRESET') return;
      const headers = [['X-Auth-Unreadable', String(code)]] as const;
      upstream.received.push({ method: '', url: '', headers, trailers: [], body: Buffer.alloc(0) });
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
