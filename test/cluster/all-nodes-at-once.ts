import { expect, test } from '@jest/globals';
import { Client, idOf, send, tokenIn } from './support/client.js';
import { isShort, report } from './support/figures.js';
import { Proxy } from '../harness/cluster-proxy.js';
import { signUp, type Stage, startService } from './support/stage.js';

const PEOPLE = isShort ? 100 : 600;
const AT_ONCE = 10;

/** One instance whose connections lead to all nodes: each statement of a request may be another node's. */
export function allNodesAtOnce(stage: () => Stage): void {
  test('an instance that uses all nodes finds on each what it has written on another', async () => {
    const { galera, database } = stage();
    const ports = galera.nodes.map(({ port }) => port);
    // There is nothing behind its front: it is there for the nodes.
    const proxy = await Proxy.start([1, 1, 1], ports, 'all nodes');
    const service = await startService(proxy.databaseUrl(database));
    const seen: Record<string, number> = {};
    let left = PEOPLE;
    const live = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const outcome = await lifeOf(service.url);
        seen[outcome] = (seen[outcome] ?? 0) + 1;
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, live));
    } finally {
      await service.stop();
      await proxy.stop();
    }
    report({
      scenario: 'all nodes at once',
      'people, each with a token from sign-up to its end': PEOPLE,
      ...seen,
    });
    expect(seen).toEqual({ '201 200 200 204 401': PEOPLE });
  });
}

/** Everything that needs what was written a moment ago. @returns the answers' statuses */
async function lifeOf(url: string): Promise<string> {
  try {
    const owner = await signUp(url);
    const client = new Client(url, owner);
    const created = await client.create('Short-lived');
    const id = created.status === 201 ? idOf(tokenIn(created)) : 0;
    const renamed = await client.rename(id, 'Still short-lived');
    const rotated = await client.rotate(id);
    const deleted = await client.delete(id);
    const token = rotated.status === 200 ? tokenIn(rotated) : '';
    const after = await send(`${url}/v1/current_user`, { token });
    return [created, renamed, rotated, deleted, after].map(({ status }) => status).join(' ');
  } catch (error) {
    return (error as Error).message.replace(/^.*?: |"request_id".*$/g, '');
  }
}
