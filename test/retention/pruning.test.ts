import { beforeEach, describe, expect, test } from '@jest/globals';
import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { Session } from '../../src/auth/session.entity.js';
import { Pruning } from '../../src/retention/pruning.js';
import { IdempotencyKey } from '../../src/tokens/idempotency/idempotency-key.entity.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import type { TestApp } from '../support/app.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp, withDatabase } from '../support/with-app.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const prune = ({ app }: TestApp) => app.get(Pruning).run();
const linesOf = ({ log }: TestApp) => log.filter(({ context }) => context === 'Pruning');
const tokenIds = async ({ dataSource }: TestApp) =>
  (await dataSource.getRepository(PersonalAccessToken).find({ order: { id: 'ASC' } })).map(({ id }) => id);

describe('what is removed', () => {
  const app = useApp({ env: { SESSION_IDLE_MINUTES: '60', SESSION_MAX_MINUTES: '90' } });
  let user: TestUser;

  beforeEach(async () => {
    await app.dataSource.getRepository(PersonalAccessToken).createQueryBuilder().delete().execute();
    user = await createUser(app);
    app.clock.advance(HOUR);
  });

  const ago = (milliseconds: number) => new Date(app.clock.now().getTime() - milliseconds);

  test('a token, 30 days after it has expired and not before; one that does not expire, never', async () => {
    const lasting = await createToken(app, user);
    const recent = await createToken(app, user, { expiresAt: ago(30 * DAY) });
    await createToken(app, user, { expiresAt: ago(30 * DAY + 1) });
    await prune(app);
    expect(await tokenIds(app)).toEqual([lasting.id, recent.id]);
    await asProgram(app, lasting).get('/v1/current_user').expect(200);
  });

  test('with a token whatever it had made: nothing outlives it', async () => {
    const parent = await createToken(app, user, { expiresAt: ago(31 * DAY) });
    const child = await createToken(app, user, { parentId: parent.id, expiresAt: ago(32 * DAY) });
    const byHand = await createToken(app, user, { parentId: child.id });
    const bystander = await createToken(app, user);
    await prune(app);
    expect(await tokenIds(app)).toEqual([bystander.id]);
    await asProgram(app, byHand).get('/v1/current_user').expect(401);
  });

  test('a session that is over, idle or too old, and no other', async () => {
    await asPerson(app, user);
    const used = await asPerson(app, user);
    app.clock.advance(HOUR - 1);
    await used.get('/v1/current_user').expect(200);
    const idle = { userId: user.id };
    app.clock.advance(1);
    await prune(app);
    expect(await app.dataSource.getRepository(Session).countBy(idle)).toBe(1);
    await used.get('/v1/current_user').expect(200);
    app.clock.advance(HOUR);
    await prune(app);
    expect(await app.dataSource.getRepository(Session).countBy(idle)).toBe(0);
  });

  test('an event, a year after it was over for the last time', async () => {
    const events = app.dataSource.getRepository(AuditEvent);
    const audit = app.app.get(AuditLog);
    const client = { address: '192.0.2.7', userAgent: undefined };
    await audit.record({ userId: user.id, kind: 'signed_in', client });
    await audit.record({ userId: user.id, kind: 'signed_out', client });
    await events.update(
      { userId: user.id, kind: 'signed_out' },
      { lastAt: new Date(app.clock.now().getTime() + 1) },
    );
    app.clock.advance(365 * DAY + 1);
    await prune(app);
    expect(await events.findBy({ userId: user.id })).toMatchObject([{ kind: 'signed_out' }]);
  });

  test('an idempotency key, a day after it was used and not before', async () => {
    const keys = app.dataSource.getRepository(IdempotencyKey);
    const program = asProgram(app, await createToken(app, user));
    const create = (key: string) =>
      program.post('/v1/current_user/tokens/create').set('Idempotency-Key', key).send({ token_name: key });
    await create('older').expect(201);
    app.clock.advance(1);
    await create('newer').expect(201);
    app.clock.advance(DAY - 1);
    await prune(app);
    expect(await keys.countBy({ userId: user.id })).toBe(1);
    await create('newer').expect(409);
    await create('older').expect(201);
  });

  test('more than one statement takes, in several; the log says how many', async () => {
    const rows = Array.from({ length: 1201 }, () => ({
      userId: user.id,
      name: 'x',
      secretHash: 'x',
      scopes: ['*'],
      createdAt: ago(60 * DAY),
      expiresAt: ago(40 * DAY),
    }));
    await app.dataSource.getRepository(PersonalAccessToken).insert(rows);
    app.forgetStatements();
    await prune(app);
    expect(await tokenIds(app)).toEqual([]);
    expect(app.statements.filter((sql) => sql.startsWith('DELETE FROM personal_access_tokens'))).toHaveLength(
      3,
    );
    expect(linesOf(app).at(-1)).toMatchObject({
      level: 'info',
      msg: expect.stringMatching(/^Removed expired tokens: 1201[,.]/),
    });
  });
});

test('TOKENS_PRUNE_EXPIRED_AFTER_DAYS and AUDIT_KEEP_DAYS say how long', () =>
  withApp({ env: { TOKENS_PRUNE_EXPIRED_AFTER_DAYS: '0', AUDIT_KEEP_DAYS: '1' } }, async (app) => {
    const user = await createUser(app);
    await createToken(app, user, { expiresAt: app.clock.now() });
    await asPerson(app, user);
    app.clock.advance(DAY + 1);
    await prune(app);
    expect(await tokenIds(app)).toEqual([]);
    expect(await app.dataSource.getRepository(AuditEvent).count()).toBe(0);
    expect(linesOf(app)).toMatchObject([{ msg: 'Removed expired tokens: 1, audit events: 1.' }]);
  }));

describe('who removes it', () => {
  test('one instance, once an hour; with nothing to remove, it says nothing', () =>
    withDatabase((database) =>
      withApp({ database }, (one) =>
        withApp({ database }, async (two) => {
          two.clock.advance(one.clock.now().getTime() - two.clock.now().getTime());
          const user = await createUser(one);
          const expire = async () => {
            await createToken(one, user, { expiresAt: new Date(one.clock.now().getTime() - 31 * DAY) });
          };
          await prune(one);
          await expire();
          await Promise.all([prune(one), prune(two)]);
          expect(await tokenIds(one)).toHaveLength(1);
          expect([...linesOf(one), ...linesOf(two)]).toEqual([]);
          for (const app of [one, two]) app.clock.advance(HOUR);
          await Promise.all([prune(one), prune(two)]);
          expect(await tokenIds(one)).toEqual([]);
          expect([...linesOf(one), ...linesOf(two)]).toMatchObject([{ msg: 'Removed expired tokens: 1.' }]);
        }),
      ),
    ));

  test('it fails without harm: what could not be removed is left for the next time', () =>
    withApp({}, async (app) => {
      const user = await createUser(app);
      await createToken(app, user, { expiresAt: new Date(app.clock.now().getTime() - 31 * DAY) });
      await app.dataSource.query('ALTER TABLE personal_access_tokens RENAME TO elsewhere');
      await prune(app);
      await app.dataSource.query('ALTER TABLE elsewhere RENAME TO personal_access_tokens');
      expect(linesOf(app)).toMatchObject([{ level: 'warn' }]);
      app.clock.advance(HOUR);
      await prune(app);
      expect(await tokenIds(app)).toEqual([]);
    }));
});
