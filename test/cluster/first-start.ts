import { expect, test } from '@jest/globals';
import { schema } from '../../src/schema.js';
import { Connections } from '../harness/connections.js';
import { report } from '../harness/figures.js';
import { inLength } from '../support/length.js';
import { type Stage, signUp, startServices } from './support/stage.js';

const ROUNDS = inLength(1, 5);

/** Nobody is first when nobody knows of the others: each instance has a node of its own. */
export function firstStart(stage: () => Stage): void {
  test('three instances that start at once on an empty cluster migrate it once', async () => {
    const { galera } = stage();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const database = `empty_${round}`;
      const urls = await galera.createDatabase(database);
      const instances = await startServices(urls);
      for (const instance of instances) expect(await instance.health('ready')).toBe(200);
      const done = await galera
        .node(2)
        .query<{ name: string }>(`SELECT name FROM ${database}.migrations ORDER BY id`);
      expect(done.map(({ name }) => name)).toEqual(schema.migrations.map(({ name }) => name));
      const all = instances.map(({ url }) => new Connections(url)) as [Connections, ...Connections[]];
      const { plainText } = await signUp(all[0]);
      for (const each of all) expect((await each.present(plainText)).status).toBe(200);
      await Promise.all(instances.map((instance) => instance.stop()));
      await galera.node(0).query(`DROP DATABASE ${database}`);
    }
    report('first start', { 'starts of three instances at once': ROUNDS });
  });
}
