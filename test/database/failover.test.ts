import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OwnMariadb } from '../harness/mariadb.js';
import { ORIGIN } from '../harness/service.js';
import { TcpProxy } from '../harness/tcp-proxy.js';
import { TestApp } from '../support/app.js';
import { engine } from '../support/database.js';
import { createToken, createUser, PASSWORD, type TestToken } from '../support/factories.js';
import { asBrowser, asProgram } from '../support/requests.js';
import { until } from '../support/until.js';

const onMysql = (engine === 'mysql' ? describe : describe.skip).each(['root', 'plain']);

/** Two real servers, and an address that leads to the writer, whichever it is. Root may write to a read-only server, too. */
onMysql('two servers, one of which takes over the address of the other, seen by %s', (user) => {
  let first: OwnMariadb;
  let second: OwnMariadb;
  let address: TcpProxy;
  /** Has connections to the first server. */
  let early: TestApp;
  /** Has connections to the second. */
  let late: TestApp;
  let token: TestToken;
  let cookie: string;

  const get = async (path: string) => (await early.request().get(path)).status;
  const useToken = async () => (await asProgram(early, token).get('/v1/current_user')).status;
  const useSession = async () => (await early.request().get('/v1/current_user').set('Cookie', cookie)).status;
  const many = (use: () => Promise<number>) => Promise.all(Array.from({ length: 20 }, use));
  const fail = async () => {
    await first.query('SET GLOBAL read_only = 1');
    address.leadTo(second.port);
  };
  const copy = async (table: string) => {
    const rows = await first.query<object>(`SELECT * FROM latchkey.${table}`);
    for (const row of rows) await second.query(`REPLACE INTO latchkey.${table} SET ?`, [row]);
  };

  beforeAll(async () => {
    [first, second] = await Promise.all([OwnMariadb.start(), OwnMariadb.start()]);
    for (const server of [first, second]) {
      await server.query("CREATE USER IF NOT EXISTS 'plain'@'127.0.0.1'");
      await server.query("GRANT ALL ON latchkey.* TO 'plain'@'127.0.0.1'");
    }
    const through = (port: number) => ({
      url: `mysql://${user}@127.0.0.1:${port}/latchkey`,
      drop: () => Promise.resolve(),
    });
    address = await TcpProxy.start(first.port);
    early = await TestApp.start({ database: through(address.port) });
    late = await TestApp.start({ database: through(second.port) });
  });
  afterAll(async () => {
    await early.stop();
    await late.stop();
    await address.stop();
    await Promise.all([first.stop(), second.stop()]);
  });
  beforeEach(async () => {
    await first.query('SET GLOBAL read_only = 0');
    address.leadTo(first.port);
    address.reset();
    await until(async () => (await get('/health/ready')) === 200);
    const person = await createUser(early);
    token = await createToken(early, person);
    const login = asBrowser(early).post('/v1/auth/login').send({ email: person.email, password: PASSWORD });
    cookie = (await login.expect(200)).get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
    for (const table of ['users', 'personal_access_tokens', 'sessions']) await copy(table);
    // Several connections, all of which somebody has used.
    expect(new Set([...(await many(useToken)), ...(await many(useSession))])).toEqual(new Set([200]));
  });

  test('what is deleted on the new writer is refused, though nothing but reads happens', async () => {
    await fail();
    await asProgram(late, token).delete(`/v1/current_user/tokens/${token.id}`).expect(204);
    const statuses = [...(await many(useToken)), ...(await many(useToken))];
    expect(statuses).not.toContain(200);
    expect(await useToken()).toBe(401);
  });

  test('who signed out on the new writer is signed out', async () => {
    await fail();
    await late.request().post('/v1/auth/logout').set({ Cookie: cookie, Origin: ORIGIN }).expect(204);
    const statuses = [...(await many(useSession)), ...(await many(useSession))];
    expect(statuses).not.toContain(200);
    expect(await useSession()).toBe(401);
  });

  test('what is good on the new writer is good again after one failure, and can be changed', async () => {
    await fail();
    expect(await useToken()).toBe(503);
    expect(await many(useToken)).toEqual(Array<number>(20).fill(200));
    await asProgram(early, token)
      .patch(`/v1/current_user/tokens/${token.id}`)
      .send({ token_name: 'After the failover' })
      .expect(200);
    expect(
      await first.query<{ name: string }>('SELECT name FROM latchkey.personal_access_tokens'),
    ).not.toContainEqual({ name: 'After the failover' });
  });

  test('while no server is a writer: 503, and not ready; when it is one again: served, without a restart', async () => {
    await first.query('SET GLOBAL read_only = 1');
    expect(new Set(await many(useToken))).toEqual(new Set([503]));
    expect([await get('/health/live'), await get('/health/ready')]).toEqual([200, 503]);
    await first.query('SET GLOBAL read_only = 0');
    expect([await get('/health/ready'), await useToken()]).toEqual([200, 200]);
  });
});
