import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { startApp } from '../../examples/internal-service/src/app.js';
import { readSettings } from '../../examples/internal-service/src/settings.js';
import { TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createToken, createUser, type TestToken, UNKNOWN_SECRET } from '../support/factories.js';
import { freePort } from '../harness/free-port.js';
import { ServiceProcess } from '../harness/service.js';

/** As it is run: its own build of the client, and a Latchkey in a process of its own. */
describe('examples/internal-service', () => {
  let database: TestDatabase;
  let port: string;
  let latchkey: ServiceProcess;
  let projects: NestFastifyApplication;
  let reader: TestToken;
  let writer: TestToken;
  let expired: TestToken;

  const startLatchkey = () => ServiceProcess.start({ DATABASE_URL: database.url, PORT: port });
  const list = async (authorization?: string) =>
    supertest(await projects.getUrl())
      .get('/projects')
      .set(authorization === undefined ? {} : { Authorization: authorization });
  const bearer = ({ plainText }: TestToken) => `Bearer ${plainText}`;

  beforeAll(async () => {
    database = await createDatabase();
    port = String(await freePort());
  });
  beforeEach(async () => {
    const app = await TestApp.start({ database });
    const user = await createUser(app);
    const service = await createToken(app, user, { scopes: ['tokens:introspect'] });
    reader = await createToken(app, user, { scopes: ['projects:read'] });
    writer = await createToken(app, user, { scopes: ['projects:*'] });
    expired = await createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() - 60_000) });
    await app.stop();
    latchkey = await startLatchkey();
    projects = await startApp(
      readSettings({ LATCHKEY_URL: latchkey.url, LATCHKEY_TOKEN: service.plainText, PORT: '0' }),
    );
  });
  afterEach(async () => {
    await projects.close();
    await latchkey.stop();
  });
  afterAll(() => database.drop());

  test('lets in who may, and nobody else', async () => {
    const request = supertest(await projects.getUrl());
    const create = (token: TestToken) =>
      request.post('/projects').set('Authorization', bearer(token)).send({ name: 'Engine' });
    const { body: engine } = await create(writer).expect(201);
    expect(engine).toMatchObject({ id: 1, name: 'Engine' });
    expect((await list(bearer(reader))).body).toEqual([engine]);
    const { headers } = await create(reader).expect(403);
    expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="projects:write"');
    expect((await list(bearer(writer))).body).toEqual([engine]);
    await request.get('/health').expect(200, { status: 'ok' });
  });

  test('401 for no token, a wrong one and an expired one', async () => {
    expect((await list()).headers['www-authenticate']).toBe('Bearer');
    for (const authorization of [
      `Bearer ${reader.id}|${UNKNOWN_SECRET}`,
      bearer(expired),
      'Bearer nonsense',
    ]) {
      const { status, headers } = await list(authorization);
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
    }
  });

  test('401 for a token that was deleted a moment ago, on the very next request', async () => {
    expect((await list(bearer(reader))).status).toBe(200);
    await supertest(latchkey.url)
      .post('/v1/revoke')
      .type('form')
      .send({ token: reader.plainText })
      .expect(200);
    expect((await list(bearer(reader))).status).toBe(401);
  });

  test('503 while Latchkey is stopped, whatever the token; when it is back, all is well', async () => {
    await latchkey.stop('SIGKILL');
    for (const authorization of [bearer(reader), `Bearer ${reader.id}|${UNKNOWN_SECRET}`]) {
      const { status, headers, body } = await list(authorization);
      expect([status, headers['retry-after']]).toEqual([503, '2']);
      expect(headers).not.toHaveProperty('www-authenticate');
      expect(body).not.toEqual([]);
    }
    expect((await list()).status).toBe(401);
    latchkey = await startLatchkey();
    expect((await list(bearer(reader))).status).toBe(200);
  });
});

test.each([
  [{}, 'LATCHKEY_URL is missing'],
  [{ LATCHKEY_URL: 'http://localhost:3000' }, 'LATCHKEY_TOKEN is missing'],
  [{ LATCHKEY_URL: 'http://localhost:3000', LATCHKEY_TOKEN: 'x', PORT: 'http' }, 'PORT is no port'],
])('examples/internal-service does not start with %j', (env, message) => {
  expect(() => readSettings(env)).toThrow(message);
});
