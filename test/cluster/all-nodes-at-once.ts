import { expect, test } from '@jest/globals';
import { ClusterProxy } from '../harness/cluster-proxy.js';
import { Connections } from '../harness/connections.js';
import { report } from '../harness/figures.js';
import { Person, tokenIn } from '../harness/person.js';
import { ServiceProcess } from '../harness/service.js';
import { inLength } from '../support/length.js';
import { signUp, type Stage } from './support/stage.js';

const PEOPLE = inLength(100, 600);
const AT_ONCE = 10;

/** One instance whose connections lead to all nodes: each statement of a request may be another node's. */
export function allNodesAtOnce(stage: () => Stage): void {
  test('an instance that uses all nodes finds on each what it has written on another', async () => {
    const { galera, database } = stage();
    const ports = galera.nodes.map(({ port }) => port);
    // There is nothing behind its front: it is there for the nodes.
    const proxy = await ClusterProxy.start([1, 1, 1], ports, 'all nodes');
    const service = await ServiceProcess.startBusy(proxy.databaseUrl(database));
    const seen: Record<string, number> = {};
    const connections = new Connections(service.url);
    let left = PEOPLE;
    const live = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const outcome = await lifeOf(connections);
        seen[outcome] = (seen[outcome] ?? 0) + 1;
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, live));
    } finally {
      connections.close();
      await service.stop();
      await proxy.stop();
    }
    report('all nodes at once', {
      'people, each with a token from sign-up to its end': PEOPLE,
      ...seen,
    });
    expect(seen).toEqual({ '201 200 200 204 401': PEOPLE });
  });
}

/** Everything that needs what was written a moment ago. @returns the answers' statuses */
async function lifeOf(connections: Connections): Promise<string> {
  try {
    const { plainText } = await signUp(connections);
    const client = new Person(connections, { token: plainText });
    const created = await client.create({ token_name: 'Short-lived' });
    const id = created.status === 201 ? tokenIn(created).id : 0;
    const renamed = await client.change(id, { token_name: 'Still short-lived' });
    const rotated = await client.rotate(id);
    const deleted = await client.delete(id);
    const token = rotated.status === 200 ? tokenIn(rotated).plainText : '';
    const after = await connections.present(token);
    return [created, renamed, rotated, deleted, after].map(({ status }) => status).join(' ');
  } catch (error) {
    return (error as Error).message.replace(/^.*?: |"request_id".*$/g, '');
  }
}
