import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inLength } from '../support/length.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { Connections } from '../harness/connections.js';
import { say } from '../harness/figures.js';
import { ServerView } from '../harness/server-view.js';
import { Stage } from './support/stage.js';

const CONNECTIONS = 1000;

let server: OwnMariadb;
let stage: Stage;
let view: ServerView;

beforeAll(async () => {
  server = await OwnMariadb.start();
  stage = await Stage.start({ databaseUrl: server.url });
  view = await ServerView.connect(server.url);
});
afterAll(async () => {
  await view.close();
  await stage.stop();
  await server.stop();
});

test(`${CONNECTIONS} connections present one token again and again: few statements for all of them`, async () => {
  const each = inLength(5, 50);
  const token = await stage.create();
  const connections = new Connections(stage.url);
  const question = { path: '/v1/verify', headers: { authorization: `Bearer ${token}` } };
  const counts = new Map<number | undefined, number>();
  const client = async (): Promise<void> => {
    for (let n = 0; n < each; n += 1) {
      const { answer } = await connections.ask(question);
      counts.set(answer?.status, (counts.get(answer?.status) ?? 0) + 1);
    }
  };
  const before = await view.selects();
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const selects = (await view.selects()) - before;
  connections.close();
  const requests = CONNECTIONS * each;
  say(`stampede on one token: requests: ${requests}; connections: ${CONNECTIONS}; statements: ${selects}`);
  expect(counts).toEqual(new Map([[200, requests]]));
  expect(selects).toBeLessThan(requests / 10);
});
