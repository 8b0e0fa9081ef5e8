import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask } from '../../harness/connections.js';
import { type Gateway, startGateway } from './gateway.js';
import type { GatewayProgram } from './programs.js';
import { Upstream } from './upstream.js';

const status =
  (code: number): RequestListener =>
  (_request, response) => {
    response.writeHead(code, code === 302 ? { location: '/' } : {}).end();
  };

const ANSWERS: Readonly<Record<string, RequestListener>> = {
  'a redirect': status(302),
  'not found': status(404),
  'a failure': status(500),
  'that it cannot tell': status(503),
  'nothing, and closes the connection': ({ socket }) => socket.destroy(),
  'no HTTP': ({ socket }) => socket.end('200 OK\r\n\r\n'),
};

/** The gateway alone, with something else in Latchkey's place. */
export function mistrusts(program: GatewayProgram): void {
  let answer: RequestListener = status(500);
  let impostor: Server;
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    impostor = createServer((request, response) => {
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(impostor, 'listening');
    const latchkey = `http://127.0.0.1:${(impostor.address() as AddressInfo).port}`;
    upstream = await Upstream.start();
    gateway = await startGateway(program, latchkey, upstream.url);
  });
  afterAll(async () => {
    impostor.close();
    impostor.closeAllConnections();
    await upstream.stop();
    await gateway.program.stop();
  });

  test.each(Object.entries(ANSWERS))('%s', async (_name, listener) => {
    answer = listener;
    const answers = await Promise.all(
      ['/', '/projects'].map((path) => ask(gateway.url, { path, token: '1|x' })),
    );
    for (const refused of answers) expect(refused.status).toBeGreaterThanOrEqual(300);
    expect(upstream.received).toEqual([]);
  });
}
