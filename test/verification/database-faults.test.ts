import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { engine } from '../support/database.js';
import { createToken, createUser, type TestToken } from '../support/factories.js';
import { OwnMariadb } from '../support/mariadb.js';
import { asProgram } from '../support/requests.js';

/** A server can be frozen or killed; SQLite, in this process, cannot. */
const onMysql = engine === 'mysql' ? describe : describe.skip;

onMysql('with a database server that', () => {
  let server: OwnMariadb;
  let app: TestApp;
  let token: TestToken;

  beforeAll(async () => {
    server = await OwnMariadb.start();
    app = await TestApp.start({ database: { url: server.url, drop: () => server.stop() } });
    token = await createToken(app, await createUser(app));
  });
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });

  const check = () => asProgram(app, token).get('/v1/current_user');
  const checkMany = () => Promise.all(Array.from({ length: 20 }, () => check()));

  test('is frozen, a check gets 503 within the deadline, never 401, and 200 after it has thawed', async () => {
    await check().expect(200);
    await server.signal('SIGSTOP');
    const frozen = await checkMany();
    expect(new Set(frozen.map(({ status }) => status))).toEqual(new Set([503]));
    for (const { headers, body } of frozen) {
      expect(headers['retry-after']).toBe('2');
      expect(body.code).toBe('verification_unavailable');
    }
    await server.signal('SIGCONT');
    await check().expect(200);
  });

  test('is killed, a check gets 503, never 401, and 200 when it is back', async () => {
    await check().expect(200);
    await server.signal('SIGKILL');
    const answers = await checkMany();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    for (const { headers } of answers) expect(headers['retry-after']).toMatch(/^\d+$/);
    await app.request().get('/health/live').expect(200);
    await app.request().get('/health/ready').expect(503);
    await server.run();
    await check().expect(200);
    await app.request().get('/health/ready').expect(200);
  });
});
