import { beforeEach, describe, expect, test } from '@jest/globals';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { allPages } from '../support/pages.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const LIST = '/v1/current_user/tokens';

describe('GET /v1/current_user/tokens, filtered', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const named = async (...names: string[]): Promise<void> => {
    for (const name of names) await createToken(app, user, { name });
  };
  const found = async (query: Record<string, string>): Promise<string[]> => {
    const { body } = await person.get(LIST).query(query).expect(200);
    return (body as { name: string }[]).map(({ name }) => name).reverse();
  };
  const totalOf = async (query: Record<string, string> = {}): Promise<string | undefined> =>
    (await person.get(LIST).query(query).expect(200)).headers['x-total-count'];

  beforeEach(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  test.each([
    ['a part of it', 'deploy', ['Nightly deploy', 'deployment']],
    ['its beginning', 'Night', ['Nightly deploy']],
    ['all of it', 'Nightly deploy', ['Nightly deploy']],
    ['another case', 'DEPLOY', ['Nightly deploy', 'deployment']],
    ['a space', ' ', ['Nightly deploy']],
    ['what no name has', 'absent', []],
  ])('200: search finds names by %s', async (_, search, names) => {
    await named('Nightly deploy', 'deployment', 'Backup');
    expect(await found({ search })).toEqual(names);
  });

  test.each([
    ['%', ['50% off']],
    ['_', ['a_b']],
    ['\\', ['C:\\temp']],
    ["'", ["Bob's"]],
    ['"', ['"quoted"']],
    ['?', ['why?']],
    [':now', ['x:now']],
    ['0% o', ['50% off']],
    ['a%b', []],
    ['\0', []],
  ])('200: %j in a search means itself', async (search, names) => {
    await named('50% off', 'a_b', 'axb', 'C:\\temp', "Bob's", '"quoted"', 'why?', 'x:now');
    expect(await found({ search })).toEqual(names);
  });

  test('200: an emoji finds itself, not another one', async () => {
    await named('🔑 keys', '🚀 rockets', 'plain', 'é accented', 'e bare');
    expect(await found({ search: '🔑' })).toEqual(['🔑 keys']);
    expect(await found({ search: '🚀 r' })).toEqual(['🚀 rockets']);
    expect(await found({ search: 'é' })).toEqual(['é accented']);
  });

  test('200: a search of 255 emoji is not too long', async () => {
    await named('🔑'.repeat(255));
    expect(await found({ search: '🔑'.repeat(255) })).toHaveLength(1);
  });

  test('200: state tells what has expired from what has not, at the very millisecond', async () => {
    const now = app.clock.now().getTime();
    await createToken(app, user, { name: 'never' });
    await createToken(app, user, { name: 'later', expiresAt: new Date(now + 1) });
    await createToken(app, user, { name: 'now', expiresAt: new Date(now) });
    await createToken(app, user, { name: 'before', expiresAt: new Date(now - 1) });
    expect(await found({ state: 'active' })).toEqual(['never', 'later']);
    expect(await found({ state: 'expired' })).toEqual(['now', 'before']);
    expect(await found({})).toEqual(['never', 'later', 'now', 'before']);
    app.clock.advance(1);
    expect(await found({ state: 'active' })).toEqual(['never']);
  });

  test('200: parent_id finds the children of a token, and nobody else’s', async () => {
    const parent = await createToken(app, user, { name: 'parent' });
    const child = await createToken(app, user, { name: 'child', parentId: parent.id });
    await createToken(app, user, { name: 'grandchild', parentId: child.id });
    const stranger = await createToken(app, await createUser(app));
    expect(await found({ parent_id: String(parent.id) })).toEqual(['child']);
    expect(await found({ parent_id: String(stranger.id) })).toEqual([]);
    expect(await totalOf({ parent_id: String(child.id) })).toBe('1');
  });

  test.each(['0', '-1', '05', '5e0', ' 5', '5abc', '', '9007199254740992'])(
    '400: %j is no id of a parent',
    async (id) => {
      const answer = await person.get(LIST).query({ parent_id: id });
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body).toMatchObject({ detail: 'parent_id must be the id of a token.' });
    },
  );

  test('200: X-Total-Count says how many match on all pages, and counts nobody else’s', async () => {
    expect(await totalOf()).toBe('0');
    await named('one a', 'two a', 'three');
    await createToken(app, await createUser(app), { name: 'a of a neighbour' });
    await createToken(app, user, { name: 'old a', expiresAt: new Date(0) });
    expect(await totalOf()).toBe('4');
    expect(await totalOf({ limit: '1' })).toBe('4');
    expect(await totalOf({ search: 'a', limit: '1' })).toBe('3');
    expect(await totalOf({ search: 'a', state: 'active' })).toBe('2');
    expect(await totalOf({ search: 'absent' })).toBe('0');
  });

  test('200: X-Total-Count stays the same from page to page', async () => {
    await named('1', '2', '3');
    const first = await person.get(LIST).query({ limit: 2 }).expect(200);
    const [, next = ''] = /<http:\/\/[^/]+([^>]+)>/.exec(first.headers.link ?? '') ?? [];
    const second = await person.get(next).expect(200);
    expect([first, second].map(({ headers }) => headers['x-total-count'])).toEqual(['3', '3']);
    expect(second.body).toHaveLength(1);
  });

  test('200: the filters go along from page to page', async () => {
    await named('a & b 1', 'a & b 2', 'a & b 3', 'something else');
    await createToken(app, user, { name: 'a & b old', expiresAt: new Date(0) });
    const query = new URLSearchParams({ search: 'A & b', state: 'active', limit: '1' });
    const pages = await allPages(person, `${LIST}?${query.toString()}`);
    expect(pages.map((page) => page.length)).toEqual([1, 1, 1]);
  });
});
