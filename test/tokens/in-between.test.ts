import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { InvalidTokenProblem } from '../../src/access/access.errors.js';
import type { Principal } from '../../src/access/principal.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { TokenChangedProblem } from '../../src/tokens/token.errors.js';
import { TokenService } from '../../src/tokens/token.service.js';
import { TokenRepository } from '../../src/tokens/token.repository.js';
import { TokenTreeRepository } from '../../src/tokens/token-tree.repository.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { useApp } from '../support/use-app.js';

/** What happens between two statements of one request, at the moment that would do harm. */
describe('when another request comes in between', () => {
  const app = useApp();
  let user: TestUser;
  let token: TestToken;

  /** Somebody who has proved to hold that token. */
  const holder = (): Principal => ({
    user: { ...user, createdAt: app.clock.now() },
    scopes: ['*'],
    credential: {
      kind: 'token',
      id: token.id,
      name: 'Parent',
      createdAt: new Date(0),
      expiresAt: null,
      allowedCidrs: null,
      rateLimit: null,
    },
  });
  const client = { address: '192.0.2.7', userAgent: undefined };
  const wish = {
    name: 'Child',
    scopes: undefined,
    expiresAt: undefined,
    allowedCidrs: undefined,
    rateLimit: null,
  };
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

  /** The service, with that happening in its first look at the parent. */
  function serviceWhile(during: () => Promise<unknown>): TokenService {
    const tree = new TokenTreeRepository(afterReading(during));
    return Object.create(app.app.get(TokenService), { tree: { value: tree } }) as TokenService;
  }

  beforeEach(async () => {
    user = await createUser(app);
    token = await createToken(app, user);
  });

  test('a token that is deleted before it looks at itself makes no other', async () => {
    await tokens().delete(token.id);
    await expect(app.app.get(TokenService).create(holder(), wish, client, undefined)).rejects.toThrow(
      InvalidTokenProblem,
    );
    expect(await tokens().countBy({ userId: user.id })).toBe(0);
  });

  test('a token that is deleted after it has looked at itself makes no other', async () => {
    const service = serviceWhile(() => tokens().delete(token.id));
    await expect(service.create(holder(), wish, client, undefined)).rejects.toThrow(InvalidTokenProblem);
    expect(await tokens().countBy({ userId: user.id })).toBe(0);
  });

  test('a token whose ranges are narrowed meanwhile makes no other with the wider ones', async () => {
    const service = serviceWhile(() => tokens().update(token.id, { allowedCidrs: ['127.0.0.1/32'] }));
    await expect(service.create(holder(), wish, client, undefined)).rejects.toThrow(TokenChangedProblem);
    expect(await tokens().countBy({ userId: user.id })).toBe(1);
  });

  test('a token goes by the ranges it has, not by those it was verified with', async () => {
    await tokens().update(token.id, { allowedCidrs: ['127.0.0.1/32'] });
    const { id } = await app.app.get(TokenService).create(holder(), wish, client, undefined);
    expect((await tokens().findOneByOrFail({ id })).allowedCidrs).toEqual(['127.0.0.1/32']);
  });

  test('"delete all" counts the tokens that are made before it deletes', async () => {
    const tokensOf = new TokenRepository(afterReading(() => createToken(app, user, { parentId: token.id })));
    expect(await tokensOf.deleteAll(user.id)).toBe(2);
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
    expect(await new TokenRepository(restless).deleteAll(user.id)).toBeGreaterThan(1);
    expect(await tokens().countBy({ userId: user.id })).toBe(0);
  });
});
