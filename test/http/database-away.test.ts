import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Connection, createConnection } from 'mysql2/promise';
import supertest from 'supertest';
import { ORIGIN } from '../harness/service.js';
import { createDatabase, engine, type TestDatabase } from '../support/database.js';
import { createToken, createUser, PASSWORD, type TestToken, UNKNOWN_SECRET } from '../support/factories.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { ServiceProcess } from '../harness/service.js';
import { until } from '../support/until.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';

const UNKNOWN = `Bearer 1|${UNKNOWN_SECRET}`;

const describeOnServer = engine === 'mysql' ? describe : describe.skip;

function expectAway(answer: Parameters<typeof expectProblem>[0]): void {
  expectProblem(answer, 503, 'database_unavailable');
  expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  expect(answer.headers).not.toHaveProperty('www-authenticate');
  expect(JSON.stringify(answer.body)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|mysql|SELECT/i);
}

describe('the database is away when the service starts', () => {
  let service: ServiceProcess;
  const request = () => supertest(service.url);

  beforeAll(async () => {
    // Nothing listens on port 1.
    service = await ServiceProcess.start({ DATABASE_URL: 'mysql://root@127.0.0.1:1/x', PUBLIC_URL: ORIGIN });
  });
  afterAll(() => service.stop());

  test('200: it is alive', async () => {
    await request().get('/health/live').expect(200, { status: 'ok' });
  });

  test('503: it is not ready', async () => {
    expectAway(await request().get('/health/ready'));
  });

  test('503 for a token, never 401: nobody knows whether it is good', async () => {
    expectAway(await request().get(ME).set('Authorization', UNKNOWN));
    expectAway(await request().delete(`${ME}/tokens/delete`).set('Authorization', UNKNOWN));
  });

  test('503 for a session and for signing in, never 401', async () => {
    expectAway(await request().get(ME).set('Cookie', 'latchkey_session=unknown'));
    const credentials = { email: 'ada@example.com', password: PASSWORD };
    expectAway(await request().post('/v1/auth/login').set('Origin', ORIGIN).send(credentials));
  });

  test('401 and 400 for what needs no database to be refused', async () => {
    await request().get(ME).expect(401);
    await request().get(ME).set('Authorization', 'Bearer garbage').expect(401);
    await request().get(ME).set('Authorization', 'Bearer a b').expect(400);
  });

  test('the log says so, and that it goes on trying', async () => {
    const said = () =>
      service.log.filter(({ msg }) =>
        String(msg).startsWith('The database is away; trying again every second.'),
      );
    await until(() => said().length > 0);
    expect(said()).toMatchObject([{ level: 'warn' }]);
  });
});

describeOnServer('the database comes later than the service', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  let forwarder: Server;

  beforeAll(async () => {
    database = await createDatabase();
    const { hostname, port } = new URL(database.url);
    forwarder = createServer((socket) => {
      const server = connect(Number(port), hostname);
      const end = () => [socket.destroy(), server.destroy()];
      socket.pipe(server).on('error', end).on('close', end);
      server.pipe(socket).on('error', end).on('close', end);
    }).listen(0, '127.0.0.1');
    await once(forwarder, 'listening');
  });
  afterAll(async () => {
    await service.stop();
    forwarder.close();
    await database.drop();
  });

  test('503 until it is there, then ready without a restart', async () => {
    const { port } = forwarder.address() as AddressInfo;
    forwarder.close();
    const url = new URL(database.url);
    url.port = String(port);
    service = await ServiceProcess.start({ DATABASE_URL: url.href });
    const request = supertest(service.url);
    expectAway(await request.get('/health/ready'));
    expectAway(await request.get(ME).set('Authorization', UNKNOWN));

    forwarder.listen(port, '127.0.0.1');
    while ((await request.get('/health/ready')).status !== 200) await delay(50);
    await request.get(ME).set('Authorization', UNKNOWN).expect(401);
    await until(() => service.log.some(({ msg }) => msg === 'The database is back.'));
  });
});

describeOnServer('the database server drops the service', () => {
  const app = useApp();
  let token: TestToken;
  let person: Client;
  let server: Connection;

  /** Until so many statements of the app wait for a lock. */
  async function waiting(count: number): Promise<number[]> {
    for (;;) {
      const [rows] = await server.query(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND STATE LIKE 'Waiting%'",
      );
      const ids = (rows as { id: number }[]).map(({ id }) => id);
      if (ids.length >= count) return ids;
      await delay(5);
    }
  }

  beforeAll(async () => {
    const user = await createUser(app);
    token = await createToken(app, user);
    person = await asPerson(app, user);
  });
  beforeEach(async () => {
    server = await createConnection(app.databaseUrl);
  });
  afterEach(async () => {
    await server.end();
  });

  test('503 for the check under way, never 401; good again at once', async () => {
    await server.query('LOCK TABLES personal_access_tokens WRITE');
    const check = asProgram(app, token).get(ME).then();
    for (const id of await waiting(1)) await server.query(`KILL CONNECTION ${id}`);
    expectAway(await check);
    await server.query('UNLOCK TABLES');
    await asProgram(app, token).get(ME).expect(200);
    await app.request().get('/health/ready').expect(200);
  });

  test('503 for a delete under way: it never claims what did not happen', async () => {
    await server.query('LOCK TABLES personal_access_tokens WRITE, users READ, sessions READ');
    const deletion = person.delete(`${ME}/tokens/${token.id}`).then();
    for (const id of await waiting(1)) await server.query(`KILL CONNECTION ${id}`);
    expectAway(await deletion);
    await server.query('UNLOCK TABLES');
    await asProgram(app, token).get(ME).expect(200);
  });
});
