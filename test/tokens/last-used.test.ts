import { isIP } from 'node:net';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { LastUsed } from '../../src/tokens/verification/last-used.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const ME = '/v1/current_user';
const MINUTE_MS = 60_000;

const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE|START|BEGIN)/i;

describe('when a token was last used', () => {
  const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });
  let user: TestUser;

  const stored = ({ id }: TestToken) => app.dataSource.getRepository(PersonalAccessToken).findOneBy({ id });
  const flush = () => app.app.get(LastUsed).flush();
  const use = (token: TestToken, address = '192.0.2.1') =>
    asProgram(app, token).get(ME).set('X-Forwarded-For', address);

  beforeEach(async () => {
    user = await createUser(app);
    await flush();
    app.forgetStatements();
  });

  test('nothing is written while a request is answered: one SELECT is all', async () => {
    const token = await createToken(app, user);
    app.forgetStatements();
    for (let n = 0; n < 5; n += 1) await use(token).expect(200);
    expect(app.statements).toHaveLength(5);
    expect(app.statements.filter((statement) => WRITES.test(statement))).toEqual([]);
    expect(await stored(token)).toMatchObject({ lastUsedAt: null, lastUsedIp: null });
  });

  test('one statement writes it for many tokens, with time and address of each', async () => {
    const tokens: TestToken[] = [];
    for (let n = 0; n < 20; n += 1) tokens.push(await createToken(app, user));
    const times: Date[] = [];
    for (const [n, token] of tokens.toReversed().entries()) {
      app.clock.advance(1);
      times.unshift(app.clock.now());
      await use(token, `192.0.2.${n}`).expect(200);
    }
    app.forgetStatements();
    await flush();
    expect(app.statements).toHaveLength(1);
    expect(app.statements[0]).toMatch(/^\s*UPDATE\b[^;]*\bpersonal_access_tokens\b/);
    for (const [n, token] of tokens.entries()) {
      expect(await stored(token)).toMatchObject({ lastUsedAt: times[n], lastUsedIp: `192.0.2.${19 - n}` });
    }
  });

  test('nothing is written where nothing was used', async () => {
    await flush();
    expect(app.statements).toEqual([]);
  });

  test('milliseconds survive, and the list shows what was written', async () => {
    const token = await createToken(app, user);
    app.clock.advance(787 - (app.clock.now().getTime() % 1000));
    const at = app.clock.now();
    await use(token, '2001:db8::7').expect(200);
    await flush();
    expect(at.getMilliseconds()).toBe(787);
    expect(await stored(token)).toMatchObject({ lastUsedAt: at });
    const person = await asPerson(app, user);
    const { body } = await person.get(`${ME}/tokens/${token.id}`).expect(200);
    expect(body).toMatchObject({ last_used_at: at.toISOString(), last_used_ip: '2001:db8::7' });
  });

  test('the newest of many uses counts', async () => {
    const token = await createToken(app, user);
    await use(token, '192.0.2.1').expect(200);
    app.clock.advance(MINUTE_MS);
    await use(token, '192.0.2.2').expect(200);
    await flush();
    expect(await stored(token)).toMatchObject({ lastUsedAt: app.clock.now(), lastUsedIp: '192.0.2.2' });
  });

  test('a clock moved back does not move the stamp that waits', async () => {
    const token = await createToken(app, user);
    const newest = app.clock.now();
    await use(token, '192.0.2.1').expect(200);
    app.clock.advance(-MINUTE_MS);
    await use(token, '192.0.2.2').expect(200);
    app.clock.advance(MINUTE_MS);
    await flush();
    expect(await stored(token)).toMatchObject({ lastUsedAt: newest, lastUsedIp: '192.0.2.1' });
  });

  test('an older stamp never overwrites a newer one, which another instance may have written', async () => {
    const [stale, fresh] = [await createToken(app, user), await createToken(app, user)];
    await use(stale, '192.0.2.1').expect(200);
    await use(fresh, '192.0.2.1').expect(200);
    const later = new Date(app.clock.now().getTime() + MINUTE_MS);
    await app.dataSource
      .getRepository(PersonalAccessToken)
      .update(stale.id, { lastUsedAt: later, lastUsedIp: '192.0.2.99' });
    await flush();
    expect(await stored(stale)).toMatchObject({ lastUsedAt: later, lastUsedIp: '192.0.2.99' });
    expect(await stored(fresh)).toMatchObject({ lastUsedAt: app.clock.now(), lastUsedIp: '192.0.2.1' });
    const person = await asPerson(app, user);
    const { body } = await person.get(`${ME}/tokens/${stale.id}`).expect(200);
    expect(body).toMatchObject({ last_used_at: later.toISOString(), last_used_ip: '192.0.2.99' });
  });

  test('a deleted token stays deleted', async () => {
    const [doomed, other] = [await createToken(app, user), await createToken(app, user)];
    await use(doomed).expect(200);
    await use(other).expect(200);
    const person = await asPerson(app, user);
    await person.delete(`${ME}/tokens/${doomed.id}`).expect(204);
    await flush();
    expect(await stored(doomed)).toBeNull();
    expect(await stored(other)).toMatchObject({ lastUsedAt: app.clock.now() });
    await use(doomed).expect(401);
  });

  test('what a proxy names instead of an address does not keep the others from being written', async () => {
    const [odd, other] = [await createToken(app, user), await createToken(app, user)];
    await use(odd, 'not an address, and too long for the column '.repeat(4)).expect(200);
    await use(odd, '[2001:db8:1111:2222:3333:4444:5555:6666%eth0]:56789').expect(200);
    await use(other).expect(200);
    await flush();
    expect(await stored(other)).toMatchObject({ lastUsedAt: app.clock.now(), lastUsedIp: '192.0.2.1' });
    const { lastUsedIp } = (await stored(odd)) ?? {};
    expect(lastUsedIp === null || isIP(lastUsedIp ?? '') > 0).toBe(true);
  });
});
