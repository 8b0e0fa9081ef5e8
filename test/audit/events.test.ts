import { beforeEach, describe, expect, test } from '@jest/globals';
import { AuditLog } from '../../src/audit/audit-log.js';
import type { EventKind } from '../../src/audit/audit-event.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { allPages, idsOf } from '../support/pages.js';
import { expectProblem } from '../support/problems.js';
import { asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const EVENTS = '/v1/current_user/events';
const CLIENT = { address: '192.0.2.7', userAgent: 'curl/8.5.0' };

describe('GET /v1/current_user/events', () => {
  const app = useApp();
  let user: TestUser;
  let program: Client;

  const record = (kind: EventKind, tokenId?: number) =>
    app.app.get(AuditLog).record({ userId: user.id, kind, client: CLIENT, ...(tokenId && { tokenId }) });
  const kindsOf = (body: unknown): string[] => (body as { kind: string }[]).map(({ kind }) => kind);

  beforeEach(async () => {
    user = await createUser(app);
    program = asProgram(app, await createToken(app, user, { scopes: ['user:read'] }));
  });

  test('200 []: nothing has happened yet', async () => {
    const { body, headers } = await program.get(EVENTS).expect(200);
    expect(body).toEqual([]);
    expect(headers).not.toHaveProperty('link');
  });

  test('200: an event has exactly the fields of the contract', async () => {
    await app.app.get(AuditLog).record({
      userId: user.id,
      kind: 'token_created',
      client: CLIENT,
      tokenId: 9007199254740991,
      tokenName: 'Déjà 👋',
      actorTokenId: 5,
      detail: 'in passing',
    });
    const { body } = await program.get(EVENTS).expect(200);
    const now = app.clock.now().toISOString();
    expect(body).toEqual([
      {
        id: expect.any(Number),
        kind: 'token_created',
        created_at: now,
        last_at: now,
        count: 1,
        actor_token_id: 5,
        token_id: 9007199254740991,
        token_name: 'Déjà 👋',
        address: '192.0.2.7',
        user_agent: 'curl/8.5.0',
        detail: 'in passing',
      },
    ]);
  });

  test('200: the newest first, by pages, without gap or double while events come in', async () => {
    for (const kind of ['signed_up', 'signed_in', 'signed_out', 'signed_in', 'token_created'] as const) {
      await record(kind);
    }
    const { body } = await program.get(EVENTS).expect(200);
    expect(kindsOf(body)).toEqual(['token_created', 'signed_in', 'signed_out', 'signed_in', 'signed_up']);
    const pages = await allPages(program, `${EVENTS}?limit=2`, () => record('password_changed'));
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(idsOf(body));
  });

  test('200: of one token, of one kind, of several kinds, and of all this together', async () => {
    await record('signed_in');
    for (const tokenId of [1, 2]) {
      for (const kind of ['token_created', 'token_changed', 'token_deleted'] as const) {
        await record(kind, tokenId);
      }
    }
    const filtered = async (query: string) => kindsOf((await program.get(`${EVENTS}?${query}`)).body);
    expect(await filtered('token_id=2')).toEqual(['token_deleted', 'token_changed', 'token_created']);
    expect(await filtered('kind=token_created')).toEqual(['token_created', 'token_created']);
    expect(await filtered('kind=signed_in&kind=token_changed')).toHaveLength(3);
    expect(await filtered('kind=signed_in&kind=token_changed&token_id=1')).toEqual(['token_changed']);
    expect(await filtered('token_id=3')).toEqual([]);
  });

  test('200: the link to the next page keeps every filter', async () => {
    for (let n = 0; n < 3; n += 1)
      for (const kind of ['signed_in', 'signed_out'] as const) await record(kind);
    await record('token_created');
    const pages = await allPages(program, `${EVENTS}?limit=4&kind=signed_in&kind=signed_out`);
    expect(pages.map((page) => page.length)).toEqual([4, 2]);
  });

  test('200: a refusal shows at once, before anything is written', async () => {
    const token = await createToken(app, user, { expiresAt: app.clock.now() });
    for (let n = 0; n < 2; n += 1) await asProgram(app, token).get(EVENTS).expect(401);
    const { body } = await program.get(EVENTS).expect(200);
    expect(body).toMatchObject([{ kind: 'refused_expired', token_id: token.id, count: 2 }]);
  });

  test("200: another user's events are never shown, whatever the filter and the cursor", async () => {
    await record('token_created', 1);
    const neighbour = await createUser(app);
    const theirs = asProgram(app, await createToken(app, neighbour));
    const cursor = Buffer.from('9007199254740991').toString('base64url');
    for (const query of ['', '?token_id=1', '?kind=token_created', `?cursor=${cursor}`]) {
      expect((await theirs.get(`${EVENTS}${query}`).expect(200)).body).toEqual([]);
      expect((await program.get(`${EVENTS}${query}`).expect(200)).body).toHaveLength(1);
    }
  });

  test('403: a token without user:read', async () => {
    const other = asProgram(app, await createToken(app, user, { scopes: ['tokens:read', 'tokens:write'] }));
    expectProblem(await other.get(EVENTS), 403, 'insufficient_scope');
  });

  test.each([
    'limit=0',
    'limit=101',
    'cursor=',
    'cursor=5',
    'cursor=MQ&cursor=MQ',
    'token_id=',
    'token_id=0',
    'token_id=-1',
    'token_id=05',
    'token_id=5e0',
    'token_id=%205',
    'token_id=9007199254740992',
    'token_id=1&token_id=2',
    'token_id[]=1',
    'kind=',
    'kind=nothing',
    'kind=signed_in,signed_out',
    'kind=signed_in&kind=nothing',
    'kind=constructor',
    'kind[]=signed_in',
    'kind[a]=signed_in',
    `kind=signed_in${'&kind=signed_in'.repeat(40)}`,
    'user_id=1',
  ])('400 for ?%s, naming a field', async (query) => {
    const answer = await program.get(`${EVENTS}?${query}`);
    expectProblem(answer, 400, 'validation_failed');
    const [{ field }] = answer.body.errors as [{ field: string }];
    expect(query).toContain(field);
    expect(answer.body.errors).toHaveLength(1);
  });
});
