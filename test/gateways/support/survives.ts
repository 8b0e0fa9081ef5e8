import { Agent } from 'node:http';
import { expect, test } from '@jest/globals';
import type { GatewayProgram } from './programs.js';
import type { Stage } from './stage.js';

const DELETED = 50;

export function survives(stage: () => Stage, { away }: GatewayProgram): void {
  test('a token deleted a moment ago is refused, on the same connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    const ports = new Set<number>();
    for (let at = 0; at < DELETED; at += 1) {
      const token = await stage().token();
      const before = await stage().ask({ token: token.plainText, agent });
      expect((await stage().person.delete(token.id)).status).toBe(204);
      const after = await stage().ask({ token: token.plainText, agent });
      statuses.push(before.status, after.status);
      ports.add(before.localPort).add(after.localPort);
    }
    agent.destroy();
    expect(statuses).toEqual(Array(DELETED).fill([200, 401]).flat());
    expect(stage().upstream.received).toHaveLength(DELETED);
    expect(ports.size).toBe(1);
  });

  test(`while Latchkey is stopped, nobody gets in (${away}); afterwards, all is as before`, async () => {
    const { plainText } = await stage().token();
    const status = async (path: string, token?: string) => (await stage().ask({ path, token })).status;
    expect(await status('/', plainText)).toBe(200);
    stage().upstream.received.length = 0;

    await stage().stopLatchkey();
    try {
      expect(await status('/', plainText)).toBe(away);
      expect(await status('/projects', plainText)).toBe(away);
      expect(await status('/')).toBe(away);
      expect(stage().upstream.received).toEqual([]);
    } finally {
      await stage().restartLatchkey();
    }
    expect(await status('/', plainText)).toBe(200);
    expect(await status('/')).toBe(401);
    expect(stage().upstream.received).toHaveLength(1);
  });
}
