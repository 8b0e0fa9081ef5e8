import { once } from 'node:events';
import { createConnection } from 'node:net';
import { freePort } from './free-port.js';
import { OwnServer } from './own-server.js';
import { Program } from './program.js';

/** A Redis server; after it was killed, it remembers nothing. */
export class OwnRedis extends OwnServer {
  /** For `REDIS_URL`. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  static async start(): Promise<OwnRedis> {
    const server = new OwnRedis(await freePort());
    await server.run();
    return server;
  }

  protected start(): Program {
    const options = ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no'];
    return new Program('redis-server', options);
  }

  protected async answers(): Promise<boolean> {
    const socket = createConnection(this.port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return connected;
  }
}
