import { beforeEach, describe, expect, test } from '@jest/globals';
import type { BeforeApplicationShutdown, DynamicModule } from '@nestjs/common';
import { BackgroundFlush } from '../../src/database/background-flush.js';
import { RetiredSecret } from '../../src/tokens/verification/retired-secret.entity.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import type { TestApp } from '../support/app.js';
import { eventsOf } from '../support/events.js';
import {
  createToken,
  createUser,
  type TestToken,
  type TestUser,
  UNKNOWN_SECRET,
} from '../support/factories.js';
import { comparable, expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { rotate } from '../support/rotation.js';
import { useApp } from '../support/use-app.js';
import { withApp, withDatabase } from '../support/with-app.js';

const ME = '/v1/current_user';

/** Does now what is done now and then. */
const settle = ({ app }: TestApp): Promise<void> => app.get(BackgroundFlush).flush();

const found = async (app: TestApp, user: TestUser) =>
  (await eventsOf(app, user)).filter(({ kind }) => /retired|revoked/.test(kind));

describe('a secret from before a rotation', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  beforeEach(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('401 like any wrong one, and recorded for the owner with address and time', async () => {
    const token = await createToken(app, user, { name: 'Nightly export' });
    const rotated = await rotate(person, token.id);
    const refused = await asProgram(app, token).get(ME).set('User-Agent', 'a script');
    const wrong = await asProgram(app, `${token.id}|${UNKNOWN_SECRET}`).get(ME);
    expectProblem(refused, 401, 'invalid_token');
    expect(comparable(refused)).toEqual(comparable(wrong));
    const at = app.clock.now();
    app.clock.advance(1000);
    await settle(app);
    expect(await found(app, user)).toMatchObject([
      {
        kind: 'refused_retired_secret',
        tokenId: token.id,
        tokenName: 'Nightly export',
        address: '127.0.0.1',
        userAgent: 'a script',
        count: 1,
        lastAt: at,
      },
    ]);
    await asProgram(app, rotated).get(ME).expect(200);
  });

  test('is good during the overlap, and recorded only after it', async () => {
    const token = await createToken(app, user);
    await rotate(person, token.id, 60);
    await asProgram(app, token).get(ME).expect(200);
    await settle(app);
    expect(await found(app, user)).toEqual([]);
    app.clock.advance(60_000);
    await asProgram(app, token).get(ME).expect(401);
    await settle(app);
    expect(await found(app, user)).toMatchObject([{ kind: 'refused_retired_secret', count: 1 }]);
  });

  test('is recorded when the overlap was ended early, and when it is older than the last one', async () => {
    const token = await createToken(app, user);
    await rotate(person, token.id, 60);
    await person.delete(`${ME}/tokens/${token.id}/previous_secret`).expect(204);
    await rotate(person, token.id, 60);
    await asProgram(app, token).get(ME).expect(401);
    await settle(app);
    expect(await found(app, user)).toHaveLength(1);
  });

  test('is counted, not listed, when it comes again and again; no request asks the database for it', async () => {
    const token = await createToken(app, user);
    await rotate(person, token.id);
    app.forgetStatements();
    for (let time = 0; time < 20; time += 1) await asProgram(app, token).get(ME).expect(401);
    expect(app.statements.filter((sql) => /retired_secrets|audit_events/.test(sql))).toEqual([]);
    await settle(app);
    expect(await found(app, user)).toMatchObject([{ count: 20 }]);
  });

  test('of another token, a wrong one, and one of a deleted token are nobody’s', async () => {
    const [token, other] = [await createToken(app, user), await createToken(app, user)];
    await rotate(person, token.id);
    await asProgram(app, `${other.id}|${token.secret}`).get(ME).expect(401);
    await asProgram(app, `${token.id}|${UNKNOWN_SECRET}`).get(ME).expect(401);
    await settle(app);
    await person.delete(`${ME}/tokens/${token.id}`).expect(204);
    await asProgram(app, token).get(ME).expect(401);
    await settle(app);
    expect(await found(app, user)).toEqual([]);
  });

  test('is remembered for the newest 20 of a token, and forgotten with it', async () => {
    const token = await createToken(app, user);
    for (let time = 0; time < 22; time += 1) {
      app.clock.advance(1000);
      await rotate(person, token.id);
    }
    const kept = () => app.dataSource.getRepository(RetiredSecret).countBy({ tokenId: token.id });
    expect(await kept()).toBe(20);
    await person.delete(`${ME}/tokens/${token.id}`).expect(204);
    expect(await kept()).toBe(0);
  });

  test('deletes nothing by default', async () => {
    const token = await createToken(app, user);
    await rotate(person, token.id);
    await asProgram(app, token).get(ME).expect(401);
    await settle(app);
    expect(await app.dataSource.getRepository(PersonalAccessToken).countBy({ id: token.id })).toBe(1);
  });
});

describe('ON_RETIRED_SECRET=revoke', () => {
  test('a retired secret deletes its token and what it made, says so, and leaves others alone', async () => {
    await withApp({ env: { ON_RETIRED_SECRET: 'revoke' } }, async (app) => {
      const user = await createUser(app);
      const token = await createToken(app, user, { name: 'Leaked' });
      const child = await createToken(app, user, { parentId: token.id });
      const other = await createToken(app, user);
      const rotated = await rotate(await asPerson(app, user), token.id);
      await asProgram(app, `${token.id}|${UNKNOWN_SECRET}`).get(ME).expect(401);
      await settle(app);
      await asProgram(app, rotated).get(ME).expect(200);

      await asProgram(app, token).get(ME).expect(401);
      await settle(app);
      for (const dead of [rotated, child]) await asProgram(app, dead).get(ME).expect(401);
      await asProgram(app, other).get(ME).expect(200);
      const kinds = (await found(app, user)).map(({ kind, tokenName }) => [kind, tokenName]);
      expect(kinds.toSorted()).toEqual([
        ['refused_retired_secret', 'Leaked'],
        ['token_revoked', 'Leaked'],
      ]);
      expect(
        app.log.filter(({ level, msg }) => level === 'warn' && String(msg).includes('deleted')),
      ).toHaveLength(1);
    });
  });
});

/** Does something while the service stops, as late as it still answers. */
function whenStopping(work: () => Promise<void>): DynamicModule {
  class LateModule implements BeforeApplicationShutdown {
    readonly beforeApplicationShutdown = work;
  }
  // What is global is told last.
  return { global: true, module: LateModule };
}

describe('a retired secret that is presented', () => {
  interface Leak {
    readonly user: TestUser;
    readonly token: TestToken;
  }
  const leak = async (app: TestApp): Promise<Leak> => {
    const user = await createUser(app);
    const token = await createToken(app, user);
    await rotate(await asPerson(app, user), token.id);
    return { user, token };
  };
  const kindsOf = async (app: TestApp, user: TestUser) =>
    (await found(app, user)).map(({ kind }) => kind).toSorted();

  test('just before the service stops is recorded', async () => {
    await withDatabase(async (database) => {
      const { user } = await withApp({ database }, async (app) => {
        const leaked = await leak(app);
        await asProgram(app, leaked.token).get(ME).expect(401);
        return leaked;
      });
      await withApp({ database }, async (app) => {
        expect(await kindsOf(app, user)).toEqual(['refused_retired_secret']);
      });
    });
  });

  test('while the service stops deletes its token with ON_RETIRED_SECRET=revoke, and is recorded', async () => {
    await withDatabase(async (database) => {
      let present = (): Promise<void> => Promise.resolve();
      const env = { ON_RETIRED_SECRET: 'revoke' };
      const imports = [whenStopping(() => present())];
      const { user, token } = await withApp({ database, env, imports }, async (app) => {
        const leaked = await leak(app);
        present = async () => {
          await asProgram(app, leaked.token).get(ME).expect(401);
        };
        return leaked;
      });
      await withApp({ database }, async (app) => {
        expect(await kindsOf(app, user)).toEqual(['refused_retired_secret', 'token_revoked']);
        expect(await app.dataSource.getRepository(PersonalAccessToken).countBy({ id: token.id })).toBe(0);
      });
    });
  });
});
