import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { ALWAYS } from '../../src/access/principal.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { TokenRepository } from '../../src/tokens/token.repository.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { useApp } from '../support/use-app.js';

/** What happens between two statements of one request, at the moment that would do harm. */
describe('when another request comes in between', () => {
  const app = useApp();
  let user: TestUser;
  let token: TestToken;

  const tokens = () => app.dataSource.getRepository(PersonalAccessToken);

  /** Does something once, right after the first statement that reads. */
  function afterReading(during: () => Promise<unknown>): DataSource {
    let first = true;
    const query = async (sql: string, parameters: unknown[]): Promise<unknown> => {
      const rows: unknown = await app.dataSource.query(sql, parameters);
      if (first) {
        first = false;
        await during();
      }
      return rows;
    };
    return Object.create(app.dataSource, { query: { value: query } }) as DataSource;
  }

  beforeEach(async () => {
    user = await createUser(app);
    token = await createToken(app, user);
  });

  test('"delete all" counts the tokens that are made before it deletes', async () => {
    const tokensOf = new TokenRepository(afterReading(() => createToken(app, user, { parentId: token.id })));
    expect(await tokensOf.deleteAll(user.id, ALWAYS)).toBe(2);
    expect(await tokens().countBy({ userId: user.id })).toBe(0);
  });

  test('"delete all" comes to an end, whoever goes on making tokens', async () => {
    const restless = Object.create(app.dataSource, {
      query: {
        value: async (sql: string, parameters: unknown[]): Promise<unknown> => {
          const rows: unknown = await app.dataSource.query(sql, parameters);
          await createToken(app, user);
          return rows;
        },
      },
    }) as DataSource;
    expect(await new TokenRepository(restless).deleteAll(user.id, ALWAYS)).toBeGreaterThan(1);
    expect(await tokens().countBy({ userId: user.id })).toBe(0);
  });
});
