import { expect, test } from '@jest/globals';
import { ask } from '../harness/connections.js';
import { behavesAsGateway } from './support/behaves-as-gateway.js';
import { startGateway } from './support/gateway.js';
import { Impostor } from './support/impostor.js';
import { caddy } from './support/programs.js';

behavesAsGateway(caddy);

test('Caddy keeps no connection to Latchkey, among which one to the service might get', async () => {
  const latchkey = await Impostor.start();
  try {
    // Nothing gets as far as the service.
    const gateway = await startGateway(caddy, latchkey.url, latchkey.url);
    for (const path of ['/', '/', '/projects', '/projects']) await ask(gateway.url, { path });
    await gateway.program.stop();
    const perConnection = [...latchkey.requests.values()];
    expect(perConnection.length).toBeGreaterThanOrEqual(4);
    expect(new Set(perConnection)).toEqual(new Set([1]));
  } finally {
    latchkey.stop();
  }
});
