import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Waits until the moment it is told, then says so. */
const CLOCK = `
  const { parentPort } = require('node:worker_threads');
  const never = new Int32Array(new SharedArrayBuffer(4));
  parentPort.on('message', (due) => {
    Atomics.wait(never, 0, 0, Math.max(0, due - performance.timeOrigin - performance.now()));
    parentPort.postMessage(undefined);
  });
`;

/** A network that is as bad as a test wants it, between the service and a server on this machine. */
export class TcpProxy {
  /** Milliseconds that everything takes, each way. */
  delayMs = 0;
  private readonly connections = new Set<Socket>();
  /** What is on its way: one queue keeps the order of every connection, however many small packets there are. */
  private queue: { readonly due: number; readonly deliver: () => void }[] = [];
  private isOpen = true;
  private isAwaited = false;
  /** Node's own timers count whole milliseconds; another thread can wait for a fraction of one. */
  private readonly clock = new Worker(CLOCK, { eval: true });

  private constructor(
    private upstreamPort: number,
    private readonly server: Server,
    /** Where it listens. */
    readonly port: number,
  ) {
    server.on('connection', (client: Socket) => {
      this.connect(client);
    });
    this.clock.on('message', () => {
      this.isAwaited = false;
      this.deliverDue();
    });
  }

  static async start(upstreamPort: number): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(upstreamPort, server, (server.address() as AddressInfo).port);
  }

  /** From now on, nothing arrives anywhere, and nobody is told. What is on its way arrives after `clear`. */
  blackhole(): void {
    this.isOpen = false;
  }

  clear(): void {
    this.isOpen = true;
    this.deliverDue();
  }

  /** From now on, new connections lead to another server, as an address does that was switched. The others stay. */
  leadTo(upstreamPort: number): void {
    this.upstreamPort = upstreamPort;
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

  async stop(): Promise<void> {
    this.clear();
    const closed = once(this.server, 'close');
    this.server.close();
    this.reset();
    await closed;
    await this.clock.terminate();
  }

  private connect(client: Socket): void {
    const server = connect({ port: this.upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
    this.connections.add(client);
    this.forward(client, server);
    this.forward(server, client);
    client.on('close', () => this.connections.delete(client));
  }

  private forward(from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      this.later(() => to.writable && to.write(chunk));
    });
    from.on('end', () => {
      this.later(() => to.end());
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      to.destroySoon();
    });
  }

  /** In order, whatever becomes of the delay meanwhile. */
  private later(deliver: () => void): void {
    if (this.isOpen && this.delayMs === 0 && this.queue.length === 0) {
      deliver();
      return;
    }
    this.queue.push({ due: performance.now() + this.delayMs, deliver });
    this.awaitNext();
  }

  private deliverDue(): void {
    const now = performance.now();
    let count = 0;
    for (const { due, deliver } of this.queue) {
      if (!this.isOpen || due > now) break;
      deliver();
      count += 1;
    }
    this.queue = this.queue.slice(count);
    this.awaitNext();
  }

  private awaitNext(): void {
    const [next] = this.queue;
    if (next === undefined || this.isAwaited || !this.isOpen) return;
    this.isAwaited = true;
    this.clock.postMessage(performance.timeOrigin + next.due);
  }
}
