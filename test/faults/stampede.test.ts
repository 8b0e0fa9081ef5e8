import { expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { Connections } from '../harness/connections.js';
import { report } from '../harness/figures.js';
import { ServerView } from './support/server-view.js';
import { withStage } from './support/with-stage.js';

const CONNECTIONS = 1000;

const on = withStage(() => OwnMariadb.start());

test(`${CONNECTIONS} connections present one token again and again: few statements for all of them`, async () => {
  const each = inLength(5, 50);
  const { plainText: token } = await on.stage.person.token();
  const connections = new Connections(on.stage.url);
  const question = { path: '/v1/verify', token };
  const counts = new Map<number, number>();
  const client = async (): Promise<void> => {
    for (let n = 0; n < each; n += 1) {
      const { status } = await connections.ask(question);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  };
  const view = await ServerView.connect(on.database.url);
  const before = await view.selects();
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const selects = (await view.selects()) - before;
  connections.close();
  await view.close();
  const requests = CONNECTIONS * each;
  report('stampede on one token', { requests, connections: CONNECTIONS, statements: selects });
  expect(counts).toEqual(new Map([[200, requests]]));
  expect(selects).toBeLessThan(requests / 10);
});
