import { beforeEach, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { allPages, idsOf, nextOf } from '../support/pages.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const LIST = '/v1/current_user/tokens';

interface Listed {
  readonly id: number;
  readonly name: string;
}

describe('GET /v1/current_user/tokens', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const createTokens = async (count: number): Promise<TestToken[]> => {
    const made: TestToken[] = [];
    for (let n = 1; n <= count; n += 1) made.push(await createToken(app, user, { name: `Token ${n}` }));
    return made;
  };

  beforeEach(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test('200 []: nobody has tokens to begin with', async () => {
    const { body, headers } = await person.get(LIST).expect(200);
    expect(body).toEqual([]);
    expect(headers).not.toHaveProperty('link');
  });

  test('200: a token is shown with exactly the fields of the contract, and no secret', async () => {
    const expiresAt = new Date('2031-05-06T07:08:09.123Z');
    const allowedCidrs = ['192.0.2.0/24', '2001:db8::/32'];
    const scopes = ['user:read', 'projects:*'];
    const createdAt = new Date('2026-11-23T16:25:33.787Z');
    const parent = await createToken(app, user);
    const token = await createToken(app, user, {
      name: 'All of it',
      expiresAt,
      allowedCidrs,
      scopes,
      createdAt,
      parentId: parent.id,
    });
    const { body } = await person.get(LIST).query({ search: 'All of it' }).expect(200);
    expect(body).toEqual([
      {
        id: token.id,
        name: 'All of it',
        scopes,
        created_at: '2026-11-23T16:25:33.787Z',
        last_used_at: null,
        last_used_ip: null,
        last_used_secret: null,
        expires_at: '2031-05-06T07:08:09.123Z',
        allowed_cidrs: allowedCidrs,
        rate_limit: null,
        parent_id: parent.id,
        descendant_count: 0,
        rotated_at: null,
        previous_secret_expires_at: null,
        previous_secret_last_used_at: null,
      },
    ]);
  });

  test('200: newest first', async () => {
    const tokens = await createTokens(5);
    const { body } = await person.get(LIST).expect(200);
    expect((body as Listed[]).map(({ name }) => name)).toEqual([
      'Token 5',
      'Token 4',
      'Token 3',
      'Token 2',
      'Token 1',
    ]);
    expect(idsOf(body)).toEqual(tokens.map(({ id }) => id).reverse());
  });

  test('200: a use shows at once, before anything is written', async () => {
    const token = await createToken(app, user);
    const before = await person.get(LIST).expect(200);
    expect(before.body).toMatchObject([{ id: token.id, last_used_at: null, last_used_ip: null }]);
    app.clock.advance(1234);
    await asProgram(app, token).get('/v1/current_user').expect(200);
    const after = await person.get(LIST).expect(200);
    expect(after.body).toMatchObject([
      { id: token.id, last_used_at: app.clock.now().toISOString(), last_used_ip: '127.0.0.1' },
    ]);
  });

  test('200: tokens of other users are never shown, whatever the cursor', async () => {
    const [mine] = await createTokens(1);
    const neighbour = await createUser(app);
    for (let n = 0; n < 3; n += 1) await createToken(app, neighbour);
    const theirs = await asPerson(app, neighbour);
    const { headers } = await theirs.get(LIST).query({ limit: 1 }).expect(200);
    const { body } = await person.get(LIST).expect(200);
    expect(idsOf(body)).toEqual([mine?.id]);
    const byTheirCursor = await person.get(nextOf(headers) ?? '').expect(200);
    expect(idsOf(byTheirCursor.body)).toEqual([mine?.id]);
  });

  test('200: fifty to a page unless asked otherwise, a hundred at most', async () => {
    await createTokens(101);
    expect((await person.get(LIST).expect(200)).body).toHaveLength(50);
    expect((await person.get(LIST).query({ limit: 100 }).expect(200)).body).toHaveLength(100);
  });

  test.each([
    [7, 3, [3, 3, 1]],
    [6, 3, [3, 3]],
    [3, 3, [3]],
    [2, 1, [1, 1]],
  ])('200: %i tokens by %i come as pages of %j, without gap or double', async (count, limit, sizes) => {
    const tokens = await createTokens(count);
    const pages = await allPages(person, `${LIST}?limit=${limit}`);
    expect(pages.map((page) => page.length)).toEqual(sizes);
    expect(pages.flat()).toEqual(tokens.map(({ id }) => id).reverse());
  });

  test('200: pages hold what they must while tokens come and go between them', async () => {
    const tokens = await createTokens(12);
    const doomed = [tokens[11], tokens[9], tokens[6], tokens[0]].map((token) => token?.id ?? 0);
    const coming = [...doomed];
    const pages = await allPages(person, `${LIST}?limit=3`, async () => {
      const id = coming.shift();
      if (id !== undefined) await person.delete(`${LIST}/${id}`).expect(204);
      await createToken(app, user, { name: 'Came in between' });
    });
    const seen = pages.flat();
    expect(new Set(seen).size).toBe(seen.length);
    const lasting = tokens.map(({ id }) => id).filter((id) => !doomed.includes(id));
    expect(seen.filter((id) => !doomed.includes(id))).toEqual(lasting.reverse());
  });

  test('200: the link is made of PUBLIC_URL, whatever host the client names', async () => {
    await createTokens(2);
    const { headers } = await person.get(LIST).query({ limit: 1 }).set('Host', 'evil.example').expect(200);
    expect(headers.link).toMatch(
      /^<http:\/\/localhost:3000\/v1\/current_user\/tokens\?limit=1&cursor=[\w-]+>; rel="next"$/,
    );
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=5e0',
    'limit=0x5',
    'limit=%205',
    'limit=five',
    'limit=',
    'limit=99999999999999999999',
    'limit=1&limit=2',
    'limit[]=1',
    'limit[a]=1',
    'cursor=',
    'cursor=5',
    'cursor=%00',
    'cursor=!',
    `cursor=${Buffer.from('0').toString('base64url')}`,
    `cursor=${Buffer.from('-5').toString('base64url')}`,
    `cursor=${Buffer.from('5e0').toString('base64url')}`,
    `cursor=${Buffer.from('9'.repeat(16)).toString('base64url')}`,
    `cursor=${Buffer.from('9'.repeat(20)).toString('base64url')}`,
    'cursor=MQ',
    `cursor=${Buffer.from('created_at.desc.0.2026').toString('base64url')}`,
    `cursor=${'M'.repeat(1501)}`,
    'cursor=MQ&cursor=MQ',
    'offset=5',
    'search=',
    `search=${'a'.repeat(256)}`,
    'search[]=a',
    'search=a&search=b',
    'search[a]=b',
    'state=',
    'state=deleted',
    'state=Active',
    'state[]=active',
    'state=active&state=expired',
    'sort=',
    'sort=id',
    'sort=secret_hash',
    'sort=name,id',
    'sort[]=name',
    'sort=constructor',
    'direction=up',
    'direction=DESC',
    'direction[]=asc',
  ])('400 for ?%s, naming a field', async (query) => {
    await createTokens(1);
    const answer = await person.get(`${LIST}?${query}`);
    expectProblem(answer, 400, 'validation_failed');
    const [{ field }] = answer.body.errors as [{ field: string }];
    expect(query).toContain(field);
    expect(answer.body.errors).toHaveLength(1);
  });
});
