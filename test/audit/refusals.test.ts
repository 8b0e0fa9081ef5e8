import { beforeEach, describe, expect, test } from '@jest/globals';
import { Refusals } from '../../src/audit/refusals.js';
import { User } from '../../src/users/user.entity.js';
import type { TestApp } from '../support/app.js';
import { eventsOf } from '../support/events.js';
import { createToken, createUser, type TestUser, UNKNOWN_SECRET } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp, withDatabase } from '../support/with-app.js';

const ME = '/v1/current_user';
const HOUR = 3_600_000;

const flush = ({ app }: TestApp) => app.get(Refusals).flush();

/** So that what follows is within one hour. */
const toFullHour = ({ clock }: TestApp) => {
  clock.advance(HOUR - (clock.now().getTime() % HOUR));
};

describe('a refusal', () => {
  const app = useApp();
  let user: TestUser;

  beforeEach(async () => {
    user = await createUser(app);
    toFullHour(app);
  });

  const expired = () => createToken(app, user, { name: 'Old', expiresAt: app.clock.now() });

  test('of an expired token is recorded for its owner, with when and from where', async () => {
    const token = await expired();
    await asProgram(app, token).get(ME).set('User-Agent', 'a script').expect(401);
    await flush(app);
    expect(await eventsOf(app, user)).toMatchObject([
      {
        kind: 'refused_expired',
        tokenId: token.id,
        tokenName: 'Old',
        actorTokenId: null,
        address: '127.0.0.1',
        userAgent: 'a script',
        detail: null,
        count: 1,
        createdAt: app.clock.now(),
        lastAt: app.clock.now(),
      },
    ]);
  });

  test('of a token that may rotate itself, and tries another, is one for want of a scope', async () => {
    const token = await createToken(app, user, { scopes: ['tokens:rotate'] });
    const other = `${ME}/tokens/${(await createToken(app, user)).id}`;
    await asProgram(app, token).post(`${other}/rotate`).send({}).expect(403);
    await asProgram(app, token).delete(`${other}/previous_secret`).expect(403);
    await flush(app);
    expect(await eventsOf(app, user)).toMatchObject([
      { kind: 'refused_scope', tokenId: token.id, detail: 'tokens:write', count: 2 },
    ]);
  });

  test('by address, by scope, and of a disabled user are told apart; the scope is named', async () => {
    const elsewhere = await createToken(app, user, { allowedCidrs: ['192.0.2.0/24'] });
    const reader = await createToken(app, user, { scopes: ['user:read'] });
    await asProgram(app, elsewhere).get(ME).expect(401);
    await asProgram(app, reader).get(`${ME}/tokens`).expect(403);
    await app.dataSource.getRepository(User).update(user.id, { disabledAt: app.clock.now() });
    await asProgram(app, reader).get(ME).expect(401);
    await flush(app);
    const events = await eventsOf(app, user);
    const told = events.map(({ kind, tokenId, detail }) => ({ kind, tokenId, detail }));
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { kind: 'refused_address', tokenId: elsewhere.id, detail: null },
        { kind: 'refused_scope', tokenId: reader.id, detail: 'tokens:read' },
        { kind: 'refused_user_disabled', tokenId: reader.id, detail: null },
      ]),
    );
  });

  test('is noted in memory: a flood writes nothing, and is one row with a number', async () => {
    const program = asProgram(app, await expired());
    app.forgetStatements();
    for (let n = 0; n < 30; n += 1) {
      app.clock.advance(1000);
      await program.get(ME).expect(401);
    }
    expect(app.statements.filter((sql) => !/^\s*SELECT/i.test(sql))).toEqual([]);
    await flush(app);
    const [event, ...others] = await eventsOf(app, user);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ count: 30, lastAt: app.clock.now() });
    expect(event?.createdAt).toEqual(new Date(app.clock.now().getTime() - 29_000));
  });

  test('adds to the row of its hour, flush by flush, and begins another in the next hour', async () => {
    const token = await expired();
    for (let n = 1; n <= 3; n += 1) {
      app.clock.advance(1000);
      await asProgram(app, token).get(ME).set('User-Agent', `script ${n}`).expect(401);
      await flush(app);
    }
    app.clock.advance(HOUR);
    await asProgram(app, token).get(ME).expect(401);
    await flush(app);
    expect(await eventsOf(app, user)).toMatchObject([
      { count: 3, userAgent: 'script 3', lastAt: new Date(app.clock.now().getTime() - HOUR) },
      { count: 1, lastAt: app.clock.now() },
    ]);
  });

  test('of what is not known to be the token is not recorded: a wrong secret, an unknown id', async () => {
    const token = await expired();
    await asProgram(app, `${token.id}|${UNKNOWN_SECRET}`).get(ME).expect(401);
    await asProgram(app, `9007199254740991|${token.secret}`).get(ME).expect(401);
    await flush(app);
    expect(await eventsOf(app, user)).toEqual([]);
  });
});

describe('refusals noted by several instances', () => {
  test('are counted together; the newest is told of, whoever writes last', () =>
    withDatabase((database) =>
      withApp({ database }, (one) =>
        withApp({ database }, async (two) => {
          toFullHour(one);
          two.clock.advance(one.clock.now().getTime() - two.clock.now().getTime());
          const user = await createUser(one);
          const token = await createToken(one, user, { expiresAt: one.clock.now() });
          const refuse = (app: TestApp, name: string) =>
            asProgram(app, token).get(ME).set('User-Agent', name).expect(401);
          two.clock.advance(5000);
          one.clock.advance(1000);
          await refuse(two, 'the newest');
          for (let n = 0; n < 2; n += 1) await refuse(one, 'an older one');
          await flush(two);
          await flush(one);
          expect(await eventsOf(one, user)).toMatchObject([
            { count: 3, userAgent: 'the newest', createdAt: one.clock.now(), lastAt: two.clock.now() },
          ]);
        }),
      ),
    ));

  test('are written when the service stops', () =>
    withDatabase(async (database) => {
      const user = await withApp({ database }, async (app) => {
        const owner = await createUser(app);
        const token = await createToken(app, owner, { expiresAt: app.clock.now() });
        await asProgram(app, token).get(ME).expect(401);
        return owner;
      });
      await withApp({ database }, async (app) => {
        expect(await eventsOf(app, user)).toMatchObject([{ kind: 'refused_expired', count: 1 }]);
      });
    }));
});
