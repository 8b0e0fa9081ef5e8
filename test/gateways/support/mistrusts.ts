import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask } from '../../harness/connections.js';
import { type Gateway, startGateway } from './gateway.js';
import { Impostor } from './impostor.js';
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
  let impostor: Impostor;
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    impostor = await Impostor.start();
    upstream = await Upstream.start();
    gateway = await startGateway(program, impostor.url, upstream.url);
  });
  afterAll(async () => {
    impostor.stop();
    await upstream.stop();
    await gateway.program.stop();
  });

  test.each(Object.entries(ANSWERS))('%s', async (_name, listener) => {
    impostor.answer = listener;
    const answers = await Promise.all(
      ['/', '/projects'].map((path) => ask(gateway.url, { path, token: '1|x' })),
    );
    for (const refused of answers) expect(refused.status).toBeGreaterThanOrEqual(300);
    expect(upstream.received).toEqual([]);
  });
}
