import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';
import { allPages, nextOf } from '../support/pages.js';
import { expectProblem } from '../support/problems.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const LIST = '/v1/current_user/tokens';
const at = (day: number): Date => new Date(Date.UTC(2026, 0, day, 12, 0, 0, 123));

type Rows = readonly Partial<PersonalAccessToken>[];

/** The same tokens for every sort: by creation 3 1 2 0, with a tie and a null wherever there can be one. */
const ROWS: Rows = [
  { name: 'delta', createdAt: at(9), lastUsedAt: at(20), expiresAt: null },
  { name: 'Alpha', createdAt: at(2), lastUsedAt: null, expiresAt: at(70) },
  { name: 'bravo', createdAt: at(3), lastUsedAt: at(10), expiresAt: at(60) },
  { name: 'Charlie', createdAt: at(1), lastUsedAt: null, expiresAt: null },
  { name: 'alpha', createdAt: at(3), lastUsedAt: at(10), expiresAt: at(60) },
];

/** Which of the rows come, in ascending order. */
const ASCENDING = {
  created_at: [3, 1, 2, 4, 0],
  // Never used: before everything.
  last_used_at: [1, 3, 2, 4, 0],
  name: [1, 4, 2, 3, 0],
  // Never expiring: after everything.
  expires_at: [2, 4, 1, 0, 3],
};
const SORTS = Object.keys(ASCENDING) as (keyof typeof ASCENDING)[];

describe('GET /v1/current_user/tokens, sorted', () => {
  const app = useApp();
  let user: TestUser;
  let person: Client;

  const create = async (rows: Rows = ROWS): Promise<number[]> => {
    const ids: number[] = [];
    for (const row of rows) ids.push((await createToken(app, user, row)).id);
    return ids;
  };

  beforeEach(async () => {
    user = await createUser(app);
    person = await asPerson(app, user);
  });

  describe.each(SORTS)('by %s', (sort) => {
    test.each(['asc', 'desc'])('200: %s, in one page or in many', async (direction) => {
      const ids = await create();
      const ascending = ASCENDING[sort].map((row) => ids[row]);
      const expected = direction === 'asc' ? ascending : ascending.toReversed();
      for (const limit of [1, 2, 5, 50]) {
        const url = `${LIST}?sort=${sort}&direction=${direction}&limit=${limit}`;
        const pages = await allPages(person, url);
        expect(pages).toHaveLength(Math.ceil(5 / limit));
        expect(pages.flat()).toEqual(expected);
      }
    });

    test('200: pages hold what they must while tokens come and go between them', async () => {
      const ids = await create([...ROWS, ...ROWS, ...ROWS]);
      const doomed = new Set([ids[14], ids[9], ids[4], ids[0]]);
      const coming = [...doomed];
      const pages = await allPages(person, `${LIST}?sort=${sort}&limit=2`, async () => {
        const id = coming.shift();
        if (id === undefined) return;
        await person.delete(`${LIST}/${id}`).expect(204);
        await create(ROWS.slice(0, 2));
      });
      const seen = pages.flat();
      expect(new Set(seen).size).toBe(seen.length);
      expect(ids.filter((id) => !doomed.has(id) && !seen.includes(id))).toEqual([]);
    });

    test('400 for its cursor in another order', async () => {
      await create();
      const { headers } = await person.get(LIST).query({ sort, limit: 1 }).expect(200);
      const next = nextOf(headers) ?? '';
      await person.get(next).expect(200);
      const others = SORTS.filter((other) => other !== sort).map((other) =>
        next.replace(`sort=${sort}`, `sort=${other}`),
      );
      for (const url of [...others, `${next}&direction=asc`]) {
        const answer = await person.get(url);
        expectProblem(answer, 400, 'validation_failed');
        expect(answer.body.errors).toMatchObject([{ field: 'cursor' }]);
      }
    });
  });

  test('200: newest first unless asked otherwise; a direction alone is about that', async () => {
    const ids = await create();
    const newestFirst = ASCENDING.created_at.map((row) => ids[row]).reverse();
    expect((await allPages(person, `${LIST}?limit=2`)).flat()).toEqual(newestFirst);
    expect((await allPages(person, `${LIST}?limit=2&direction=asc`)).flat()).toEqual(newestFirst.reverse());
  });

  test('200: names of every kind, by pages', async () => {
    const names = ['🔑'.repeat(255), '🚀', 'é', 'e', 'Z.z.1.z', '-', "'", 'مفتاح', '日本', 'a\u00a0b', 'É'];
    const ids = await create([...names, ...names].map((name) => ({ name })));
    for (const direction of ['asc', 'desc']) {
      const pages = await allPages(person, `${LIST}?sort=name&direction=${direction}&limit=1`);
      expect(pages.flat().toSorted((a, b) => a - b)).toEqual(ids);
    }
  });

  test('200: times that were moved over without milliseconds, by pages', async () => {
    const ids = await create(ROWS.slice(0, 3));
    const sql = `UPDATE personal_access_tokens SET created_at = '2026-01-01 00:00:00' WHERE user_id = ?`;
    await app.dataSource.query(sql, [user.id]);
    expect((await allPages(person, `${LIST}?limit=1`)).flat()).toEqual(ids.toReversed());
  });

  test('200: a use counts at once, before the time to write it has come', async () => {
    const [first, second] = [await createToken(app, user), await createToken(app, user)];
    for (const token of [second, first]) {
      app.clock.advance(1000);
      await asProgram(app, token).get('/v1/current_user').expect(200);
    }
    const { body } = await person.get(LIST).query({ sort: 'last_used_at' }).expect(200);
    expect(body).toMatchObject([{ id: first.id }, { id: second.id }]);
  });

  test('200: tokens of others are not shown in any order', async () => {
    const neighbour = await createUser(app);
    await createToken(app, neighbour);
    for (const sort of SORTS) await person.get(LIST).query({ sort }).expect(200, []);
  });
});

test('GET /v1/current_user/tokens asks the database three times for a page, in whatever order', async () => {
  await withApp({}, async (app) => {
    const user = await createUser(app);
    await createToken(app, user);
    const person = await asPerson(app, user);
    for (const sort of SORTS) {
      app.forgetStatements();
      await person.get(LIST).query({ sort, search: 'a', state: 'active' }).expect(200);
      expect(app.statements.filter((sql) => sql.includes('personal_access_tokens'))).toHaveLength(3);
    }
  });
});
