import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { IdempotencyRepository } from '../../src/tokens/idempotency/idempotency.repository.js';
import { RotationRepository } from '../../src/tokens/rotation/rotation.repository.js';
import { PersonalAccessToken } from '../../src/tokens/token.entity.js';
import { ALWAYS } from '../../src/access/principal.js';
import { TokenRepository } from '../../src/tokens/token.repository.js';
import { TokenTreeRepository } from '../../src/tokens/token-tree.repository.js';
import { TestApp } from '../support/app.js';
import { dump } from '../support/database.js';
import { createToken, createUser, type TestUser } from '../support/factories.js';

/**
 * Services look first whether a token is the caller's, so that no request shows what a statement does that is asked
 * about somebody else's. Here each is asked by itself.
 */
describe('a statement about a token of somebody else', () => {
  let app: TestApp;
  let owner: TestUser;
  let stranger: TestUser;
  /** With an overlap that is running, and a child. */
  let token: PersonalAccessToken;

  beforeAll(async () => {
    app = await TestApp.start();
    [owner, stranger] = [await createUser(app), await createUser(app)];
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    const { id } = await createToken(app, owner, {
      allowedCidrs: ['192.0.2.0/24'],
      previousSecretHash: 'previous',
      previousSecretExpiresAt: new Date(app.clock.now().getTime() + 60_000),
    });
    await createToken(app, owner, { parentId: id });
    token = await app.dataSource.getRepository(PersonalAccessToken).findOneByOrFail({ id });
  });

  const tokens = () => app.app.get(TokenRepository);
  const tree = () => app.app.get(TokenTreeRepository);
  const rotations = () => app.app.get(RotationRepository);
  const judged = { parent: null, below: [{ allowedCidrs: null, storedRanges: '', count: 1 }] };

  test.each<[name: string, ask: (userId: number, id: number) => Promise<unknown>, nothing: unknown]>([
    ['finds none', (userId, id) => tokens().findOne(userId, id), null],
    ['finds no name', (userId, id) => tokens().findSummary(userId, id), undefined],
    ['finds no parent', (userId, id) => tree().findParent(userId, id), undefined],
    ['finds no ranges of children', (userId, id) => tree().findChildRanges(userId, id), []],
    ['counts no descendants', (userId, id) => tree().countDescendants(userId, [id]), new Map()],
    ['deletes none', (userId, id) => tokens().delete(userId, id, ALWAYS), false],
    [
      'gives no new name',
      (userId, id) => tree().change(userId, id, { name: 'Mine', allowedCidrs: undefined }, ALWAYS),
      false,
    ],
    [
      'gives no new ranges',
      (userId, id) => tree().change(userId, id, { name: undefined, allowedCidrs: null }, ALWAYS, judged),
      false,
    ],
    [
      'gives no new secret',
      (userId, id) => {
        const [from, at] = [token.secretHash, app.clock.now()];
        const rotation = { id, userId, from, to: 'new', at, overlapEnd: null, keyHash: null };
        return rotations().rotate(rotation, ALWAYS);
      },
      false,
    ],
    ['ends no overlap', (userId, id) => rotations().endOverlap(userId, id, app.clock.now(), ALWAYS), false],
  ])('%s', async (_, ask, nothing) => {
    const before = await dump(app.dataSource);
    expect(await ask(stranger.id, token.id)).toEqual(nothing);
    expect(await dump(app.dataSource)).toBe(before);
    expect(await ask(owner.id, token.id)).not.toEqual(nothing);
  });

  test('does nothing to a claim of somebody else, nor finds what their token has the secret of', async () => {
    const claims = app.app.get(IdempotencyRepository);
    const now = app.clock.now();
    const theirs = {
      keyHash: `of ${token.id}`,
      userId: stranger.id,
      requestHash: 'request',
      secretHash: token.secretHash,
      tokenId: null,
      claimedAt: now,
    };
    await claims.insert(theirs);
    // Of a secret that nothing has.
    const idle = { ...theirs, keyHash: `idle of ${token.id}`, secretHash: 'of nobody' };
    await claims.insert(idle);
    const asOwner = { ...theirs, userId: owner.id };
    expect(await claims.find(owner.id, theirs.keyHash)).toBeUndefined();
    expect(await claims.takeOver(asOwner, { ...asOwner, requestHash: 'another' }, now)).toBe(false);
    await claims.complete(asOwner, token.id);
    expect(await claims.find(stranger.id, theirs.keyHash)).toEqual(theirs);
    await claims.release({ ...idle, userId: owner.id });
    expect(await claims.find(stranger.id, idle.keyHash)).toEqual(idle);
    await claims.release(idle);
    expect(await claims.find(stranger.id, idle.keyHash)).toBeUndefined();
  });
});
