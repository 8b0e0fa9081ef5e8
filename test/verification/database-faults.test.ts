import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { engine } from '../support/database.js';
import { createToken, createUser, type TestToken } from '../support/factories.js';
import { OwnMariadb } from '../harness/mariadb.js';
import { asProgram } from '../support/requests.js';
import { ServiceProcess } from '../harness/service.js';

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

  test('stays frozen, everything that needs it goes on answering 503', async () => {
    await server.signal('SIGSTOP');
    try {
      // Longer than a statement's timeout, so that connections given up on come round again.
      const until = performance.now() + 8000;
      while (performance.now() < until) {
        const [ready, checked] = await Promise.all([app.request().get('/health/ready'), check()]);
        expect([ready.status, checked.status]).toEqual([503, 503]);
      }
    } finally {
      await server.signal('SIGCONT');
    }
    await check().expect(200);
    await app.request().get('/health/ready').expect(200);
  }, 60_000);

  test('is frozen, does not keep the service from stopping', async () => {
    const service = await ServiceProcess.start({ DATABASE_URL: server.url, LOG_LEVEL: 'warn' });
    const headers = { authorization: `Bearer ${token.plainText}` };
    expect((await fetch(`${service.url}/v1/current_user`, { headers })).status).toBe(200);
    await server.signal('SIGSTOP');
    try {
      expect([0, 1]).toContain(await service.stop('SIGTERM'));
    } finally {
      await server.signal('SIGCONT');
    }
  }, 60_000);

  test('takes a backslash literally by its own mode, gets none of our texts as SQL', async () => {
    const { port } = new URL(server.url);
    const admin = await createConnection({ host: '127.0.0.1', port: Number(port), user: 'root' });
    await admin.query("SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'");
    await admin.end();
    const fresh = await ServiceProcess.start({ DATABASE_URL: server.url, LOG_LEVEL: 'warn' });
    const name = "\\' OR 1=1 -- ";
    const headers = { authorization: `Bearer ${token.plainText}`, 'content-type': 'application/json' };
    const tokens = `${fresh.url}/v1/current_user/tokens`;
    const body = JSON.stringify({ token_name: name });
    const created = await fetch(`${tokens}/create`, { method: 'POST', headers, body });
    expect(created.status).toBe(201);
    const [newest] = (await (await fetch(tokens, { headers })).json()) as { name: string }[];
    expect(newest?.name).toBe(name.trim());
    await fresh.stop();
  }, 60_000);

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
