import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Something else in Latchkey's place. */
export class Impostor {
  answer: RequestListener = (_request, response) => response.writeHead(500).end();
  /** How many requests came over each connection. */
  readonly requests = new Map<Socket, number>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.requests.set(request.socket, (this.requests.get(request.socket) ?? 0) + 1);
      this.answer(request, response);
    });
  }

  static async start(): Promise<Impostor> {
    const impostor = new Impostor();
    await once(impostor.server.listen(0, '127.0.0.1'), 'listening');
    return impostor;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
