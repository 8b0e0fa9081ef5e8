import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createPool } from 'mysql2/promise';
import { Connections } from '../harness/connections.js';
import { report } from '../harness/figures.js';
import { Person } from '../harness/person.js';
import { inLength } from '../support/length.js';
import { type Stage, signUp } from './support/stage.js';

const ROUNDS = inLength(2, 10);
/** Until the others have given the node up, and some. */
const FROZEN_MS = 6000;
/** As many ask before the node goes on, so that it finds their statements, as do when it goes on. */
const AT_ONCE = 32;

export function frozenNode(stage: () => Stage): void {
  test('a node that was frozen while the others went on accepts nothing that they have deleted', async () => {
    const instances = await stage().direct();
    const [here, there] = instances.map(({ url }) => new Connections(url)) as [Connections, Connections];
    const frozen = stage().galera.node(1);
    // The same question to the same node without the wait: what would have been accepted.
    const careless = createPool({
      host: '127.0.0.1',
      port: frozen.port,
      user: 'root',
      database: stage().database,
      connectionLimit: 1,
    });
    let stale = 0;
    const seen = { 200: 0, 401: 0, 503: 0 } as Record<number, number>;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, plainText } = await signUp(here);
      const deleting = new Person(here, { token: plainText });
      while ((await there.present(plainText)).status !== 200) await delay(100);
      const count = () => careless.query<never[]>('SELECT id FROM personal_access_tokens WHERE id = ?', [id]);
      await count();

      await frozen.signal('SIGSTOP');
      await delay(FROZEN_MS);
      while ((await here.present(plainText)).status !== 401) await deleting.delete(id);
      let isBack = false;
      const ask = async (): Promise<void> => {
        while (!isBack) {
          const { status } = await there.present(plainText);
          seen[status] = (seen[status] ?? 0) + 1;
          isBack ||= status === 401;
        }
      };
      const asking = Array.from({ length: AT_ONCE }, ask);
      const counting = count();
      await delay(200);
      await frozen.signal('SIGCONT');
      asking.push(...Array.from({ length: AT_ONCE }, ask));
      // The node may refuse it, as it does the others.
      stale += await counting.then(
        ([rows]) => rows.length,
        () => 0,
      );
      await Promise.all(asking);
    }
    await Promise.all([careless.end(), ...instances.map((instance) => instance.stop())]);
    const { 200: accepted, 401: refused, 503: unknown, ...others } = seen;
    report('a node frozen while the others delete', {
      rounds: ROUNDS,
      accepted: accepted ?? 0,
      refused: refused ?? 0,
      'cannot tell': unknown ?? 0,
      'rounds in which it is still there for a connection that does not wait': stale,
    });
    expect(accepted).toBe(0);
    expect(others).toEqual({});
  });
}
