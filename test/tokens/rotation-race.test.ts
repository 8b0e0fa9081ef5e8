import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ORIGIN, ServiceProcess } from '../harness/service.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

const TOKENS = '/v1/current_user/tokens';
const ROUNDS = 50;

/** Each request has a connection of its own, so that both processes are asked. */
describe('WORKERS=2: the owner and a thief rotate at once, with the same secret', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  let cookie = '';

  beforeAll(async () => {
    database = await createDatabase();
    service = await ServiceProcess.startBusy(database.url, { WORKERS: '2' });
    const body = { name: 'Owner', email: 'owner@example.com', password: 'a canary sings in the coal mine' };
    const answer = await send('POST', '/v1/auth/register', {}, body);
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  });
  afterAll(async () => {
    await service.stop('SIGKILL');
    await database.drop();
  });

  const send = (method: string, path: string, headers: Record<string, string>, body?: object) =>
    fetch(service.url + path, {
      method,
      headers: { origin: ORIGIN, connection: 'close', 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const tokenIn = async (answer: Response) => ((await answer.json()) as { token: string }).token;
  const create = async () => tokenIn(await send('POST', `${TOKENS}/create`, { cookie }, { token_name: 'T' }));
  const idOf = (token: string) => token.split('|')[0] ?? '';
  const statusOf = async (token: string) => (await send('GET', '/v1/current_user', bearer(token))).status;

  test.each([
    ['without', false],
    ['with', true],
  ])('%s Idempotency-Key, one succeeds, and whoever succeeded holds the living secret', async (_, keyed) => {
    let dead = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const token = await create();
      const answers = await Promise.all(
        [1, 2].map(() =>
          send(
            'POST',
            `${TOKENS}/${idOf(token)}/rotate`,
            { ...bearer(token), ...(keyed && { 'idempotency-key': randomUUID() }) },
            {},
          ),
        ),
      );
      const won = answers.filter(({ status }) => status === 200);
      for (const answer of won) if ((await statusOf(await tokenIn(answer))) !== 200) dead += 1;
    }
    expect(dead).toBe(0);
  });
});
