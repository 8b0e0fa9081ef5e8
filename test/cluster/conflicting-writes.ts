import { expect, test } from '@jest/globals';
import { digest } from '../../src/common/digest.js';
import { Connections, type Outcome } from '../harness/connections.js';
import { report } from '../harness/figures.js';
import { Person, tokenIn } from '../harness/person.js';
import { inLength } from '../support/length.js';
import { type Stage, signUp } from './support/stage.js';

const ROUNDS = inLength(40, 300);

/** How many answers of each status. */
const statusesOf = (answers: readonly Outcome[]): string =>
  answers
    .map(({ status }) => status)
    .sort((one, other) => one - other)
    .join(' ');

/** Instances that are each connected to a node of their own, at the same row at once. */
export function conflictingWrites(stage: () => Stage): void {
  test('writes that meet are tried again: each is done, or says properly why not', async () => {
    const { galera, database } = stage();
    const instances = await stage().direct();
    const all = instances.map(({ url }) => new Connections(url)) as [Connections, ...Connections[]];
    const { plainText } = await signUp(all[0]);
    const clients = all.map((connections) => new Person(connections, { token: plainText }));
    const [first] = clients;
    const everywhere = (ask: (client: Person) => Promise<Outcome>) => Promise.all(clients.map(ask));
    const rowsOf = (name: string) =>
      galera
        .node(2)
        .query<{ id: number; secret_hash: string }>(
          `SELECT id, secret_hash FROM ${database}.personal_access_tokens WHERE name = ?`,
          [name],
        );
    const conflictsBefore = await conflicts(stage());
    const seen: Record<string, number> = {};
    const count = (what: string, answers: readonly Outcome[]) => {
      const outcome = `${what}: ${statusesOf(answers)}`;
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    };

    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `meeting-${process.pid}-${round}`;
      const created = await everywhere((client) => client.create({ token_name: name }, name));
      count('create with one key', created);
      const [row, ...more] = await rowsOf(name);
      expect(more).toEqual([]);
      const id = Number(row?.id);

      count('rename', await everywhere((client) => client.change(id, { token_name: `${name}-renamed` })));

      const rotated = await everywhere((client) => client.rotate(id));
      count('rotate', rotated);
      const secrets = rotated.filter(({ status }) => status === 200).map((answer) => tokenIn(answer).secret);
      const [now] = await rowsOf(`${name}-renamed`);
      expect(secrets.map((secret) => digest(secret))).toContain(now?.secret_hash);

      count('delete', await everywhere((client) => client.delete(id)));
      const answer = await first?.delete(id);
      expect(answer?.status).toBe(404);
    }
    await Promise.all(instances.map((instance) => instance.stop()));

    const met = (await conflicts(stage())) - conflictsBefore;
    report('conflicting writes', { rounds: ROUNDS, 'conflicts between nodes': met, ...seen });
    expect(Object.keys(seen).filter((outcome) => !ALLOWED.has(outcome))).toEqual([]);
    expect(met).toBeGreaterThan(0);
  });
}

/** Of rotations, one that began when another had ended rotates once more. */
const ALLOWED = new Set([
  'create with one key: 201 409 409',
  'rename: 200 200 200',
  'rotate: 200 409 409',
  'rotate: 200 200 409',
  'rotate: 200 200 200',
  'delete: 204 404 404',
]);

async function conflicts({ galera }: Stage): Promise<number> {
  const names = ['wsrep_local_cert_failures', 'wsrep_local_bf_aborts'];
  const counts = await Promise.all(galera.nodes.flatMap((node) => names.map((name) => node.status(name))));
  return counts.reduce((sum, count) => sum + Number(count), 0);
}
