import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A network that is as bad as a test wants it, between the service and a server on this machine. One process
 * may do for it: nobody measures here to a fraction of a millisecond, as the benchmark's proxy must.
 */
export class TcpProxy {
  /** Milliseconds that everything takes, each way. */
  delayMs = 0;
  private readonly connections = new Set<Socket>();
  /** Fulfilled while the network lets anything through. */
  private open = Promise.resolve();
  private reopen = (): void => undefined;

  private constructor(
    private readonly upstreamPort: number,
    private readonly server: Server,
    /** Where it listens. */
    readonly port: number,
  ) {
    server.on('connection', (client: Socket) => {
      this.connect(client);
    });
  }

  static async start(upstreamPort: number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(upstreamPort, server, (server.address() as AddressInfo).port);
  }

  /** From now on, nothing arrives anywhere, and nobody is told. What is on its way arrives after `clear`. */
  blackhole(): void {
    this.open = new Promise((resolve) => {
      this.reopen = resolve;
    });
  }

  clear(): void {
    this.reopen();
  }

  /** Breaks every connection there is with an RST. @returns how many */
  reset(): number {
    const { size } = this.connections;
    for (const connection of this.connections) {
      // Node cannot reset what is being closed already, and would not be able to end itself later on.
      if (connection.writableEnded) connection.destroy();
      else connection.resetAndDestroy();
    }
    return size;
  }

  /** Nothing listens any more, as if the server had never been there. */
  async refuse(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.reset();
    await closed;
  }

  /** After `refuse`. */
  async accept(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    this.clear();
    if (this.server.listening) await this.refuse();
  }

  private connect(client: Socket): void {
    const server = connect({ port: this.upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
    this.connections.add(client);
    this.forward(client, server);
    this.forward(server, client);
    client.on('close', () => this.connections.delete(client));
  }

  /** In order, whatever becomes of the delay meanwhile. */
  private forward(from: Socket, to: Socket): void {
    let last = Promise.resolve();
    const later = (deliver: () => void): void => {
      const due = performance.now() + this.delayMs;
      last = last.then(async () => {
        const remaining = due - performance.now();
        if (remaining > 0) await delay(remaining);
        await this.open;
        deliver();
      });
    };
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      later(() => to.writable && to.write(chunk));
    });
    from.on('end', () => {
      later(() => to.end());
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      to.destroySoon();
    });
  }
}
