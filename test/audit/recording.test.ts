import { beforeEach, describe, expect, test } from '@jest/globals';
import { eventsOf } from '../support/events.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';

const app = useApp({ env: { TRUST_PROXY: '127.0.0.1' } });
let user: TestUser;
let token: TestToken;
let program: Client;

beforeEach(async () => {
  user = await createUser(app);
  token = await createToken(app, user);
  program = asProgram(app, token).set('User-Agent', 'a test');
});

describe('the audit log has', () => {
  test('a token that was created: which, by whom, when and from where', async () => {
    const { headers } = await program.post(`${TOKENS}/create`).send({ token_name: ' Deploy ' }).expect(201);
    const [event, ...others] = await eventsOf(app, user);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      kind: 'token_created',
      tokenId: Number(headers.location?.split('/').pop()),
      tokenName: 'Deploy',
      actorTokenId: token.id,
      address: '127.0.0.1',
      userAgent: 'a test',
      detail: null,
      count: 1,
      createdAt: app.clock.now(),
      lastAt: app.clock.now(),
    });
  });

  test('a token that was changed, by its new name', async () => {
    const changed = await createToken(app, user, { name: 'Old name' });
    await program.patch(`${TOKENS}/${changed.id}`).send({ token_name: 'New name' }).expect(200);
    expect(await eventsOf(app, user)).toMatchObject([
      { kind: 'token_changed', tokenId: changed.id, tokenName: 'New name', detail: 'name' },
    ]);
  });

  test('a token that was deleted, by the name it had', async () => {
    const doomed = await createToken(app, user, { name: 'Old one' });
    await program.delete(`${TOKENS}/${doomed.id}`).expect(204);
    expect(await eventsOf(app, user)).toMatchObject([
      { kind: 'token_deleted', tokenId: doomed.id, tokenName: 'Old one', actorTokenId: token.id },
    ]);
  });

  test('one event for a token and all that came of it, with how many', async () => {
    const parent = await createToken(app, user);
    const child = await createToken(app, user, { parentId: parent.id });
    await createToken(app, user, { parentId: child.id });
    await createToken(app, user, { parentId: token.id });
    await program.delete(`${TOKENS}/${parent.id}`).expect(204);
    expect(await eventsOf(app, user)).toMatchObject([
      { kind: 'token_deleted', tokenId: parent.id, detail: 'and 2 descendants' },
    ]);
  });

  test('one event when all tokens are deleted, with how many; none when there were none', async () => {
    await createToken(app, user);
    const other = await createUser(app);
    await program.delete(`${TOKENS}/delete`).expect(200);
    expect(await eventsOf(app, user)).toMatchObject([
      { kind: 'tokens_deleted', tokenId: null, tokenName: null, detail: '2 tokens' },
    ]);
    expect(await eventsOf(app, other)).toEqual([]);
  });

  test('nothing of what was refused', async () => {
    const theirs = await createToken(app, await createUser(app));
    await program.delete(`${TOKENS}/${theirs.id}`).expect(404);
    await program.post(`${TOKENS}/create`).send({ token_name: '' }).expect(400);
    expect(await eventsOf(app, user)).toEqual([]);
  });

  test('of twenty that delete one token at once, the one that did', async () => {
    const doomed = await createToken(app, user);
    await Promise.all(Array.from({ length: 20 }, () => program.delete(`${TOKENS}/${doomed.id}`)));
    expect(await eventsOf(app, user)).toHaveLength(1);
  });
});

describe('what clients say of themselves', () => {
  const lastEvent = async () => (await eventsOf(app, user)).at(-1);

  test.each([
    ['cut', 'x'.repeat(300), 'x'.repeat(255)],
    ['without control characters', 'a\tb\tc', 'abc'],
    ['as it is', 'Mozilla/5.0 (X11)', 'Mozilla/5.0 (X11)'],
  ])('a user agent is kept %s', async (_, given, kept) => {
    await program.post(`${TOKENS}/create`).set('User-Agent', given).send({ token_name: 'x' }).expect(201);
    expect((await lastEvent())?.userAgent).toBe(kept);
  });

  test.each([
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['unknown', null],
    ['9'.repeat(100), null],
  ])('the address %s of a trusted proxy is kept as %s', async (given, kept) => {
    const request = program.post(`${TOKENS}/create`).set('X-Forwarded-For', given);
    await request.send({ token_name: 'x' }).expect(201);
    expect((await lastEvent())?.address).toBe(kept);
  });
});

describe('an audit log that cannot be written', () => {
  test('takes nothing back: what was done is answered as done, and the service says so in its log', async () => {
    const doomed = await createToken(app, user);
    await app.dataSource.query('ALTER TABLE audit_events RENAME TO elsewhere');
    try {
      await program.delete(`${TOKENS}/${doomed.id}`).expect(204);
      await asProgram(app, doomed).get('/v1/current_user').expect(401);
    } finally {
      await app.dataSource.query('ALTER TABLE elsewhere RENAME TO audit_events');
    }
    const errors = app.log.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      {
        context: 'AuditLog',
        msg: expect.stringContaining(`token_deleted, user ${user.id}, token ${doomed.id}`),
      },
    ]);
  });
});
