import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { ask } from '../harness/connections.js';
import { behavesAsGateway } from './support/behaves-as-gateway.js';
import { startGateway } from './support/gateway.js';
import { caddy } from './support/programs.js';

behavesAsGateway(caddy);

test('Caddy keeps no connection to Latchkey, among which one to the service might get', async () => {
  const connections = new Set<unknown>();
  let questions = 0;
  const latchkey = createServer(({ socket }, response) => {
    questions += 1;
    connections.add(socket);
    response.writeHead(401).end();
  }).listen(0, '127.0.0.1');
  await once(latchkey, 'listening');
  const url = `http://127.0.0.1:${(latchkey.address() as AddressInfo).port}`;
  // Nothing gets as far as the service.
  const gateway = await startGateway(caddy, url, url);
  try {
    for (const path of ['/', '/', '/projects', '/projects']) {
      expect((await ask(gateway.url, { path })).status).toBe(401);
    }
    expect(connections.size).toBe(questions);
  } finally {
    await gateway.program.stop();
    latchkey.close();
    latchkey.closeAllConnections();
  }
});
