import { expect, test } from '@jest/globals';
import { schema } from '../../src/schema.js';
import { send } from './support/client.js';
import { isShort, report } from './support/figures.js';
import { type Stage, signUp, startServices } from './support/stage.js';

const ROUNDS = isShort ? 1 : 5;

/** Nobody is first when nobody knows of the others: each instance has a node of its own. */
export function firstStart(stage: () => Stage): void {
  test('three instances that start at once on an empty cluster migrate it once', async () => {
    const { galera } = stage();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const database = `empty_${round}`;
      const urls = await galera.createDatabase(database);
      const instances = await startServices(urls);
      for (const { url } of instances) expect((await send(`${url}/health/ready`)).status).toBe(200);
      const done = await galera
        .node(2)
        .query<{ name: string }>(`SELECT name FROM ${database}.migrations ORDER BY id`);
      expect(done.map(({ name }) => name)).toEqual(schema.migrations.map(({ name }) => name));
      const [one, ...others] = instances.map(({ url }) => url);
      const token = await signUp(one ?? '');
      for (const url of others) expect((await send(`${url}/v1/current_user`, { token })).status).toBe(200);
      await Promise.all(instances.map((instance) => instance.stop()));
      await galera.node(0).query(`DROP DATABASE ${database}`);
    }
    report({ scenario: 'first start', 'starts of three instances at once': ROUNDS });
  });
}
