import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TokenLoader, VerificationUnavailableProblem } from '../../src/tokens/verification/token-loader.js';
import { createToken, createUser, type TestToken, type TestUser } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

/** As the loader has it. */
const WAITING_AT_MOST = 10_000;

describe('TokenLoader', () => {
  const app = useApp();
  let loader: TokenLoader;
  let users: TestUser[];
  let tokens: TestToken[];

  beforeAll(async () => {
    loader = app.app.get(TokenLoader);
    users = [await createUser(app), await createUser(app), await createUser(app)];
    tokens = [];
    for (const user of users) tokens.push(await createToken(app, user));
  });
  beforeEach(() => {
    app.forgetStatements();
  });

  const load = async (id: number) => (await loader.load(id)).get(id);
  const selects = () => app.statements.filter((sql) => sql.includes('personal_access_tokens'));
  const idsIn = (sql: string) => sql.split('?').length - 1;

  test('gives each asker its own answer, from one statement', async () => {
    const unknown = 999_999_999;
    const ids = [tokens[2], tokens[0], undefined, tokens[1]].map((token) => token?.id ?? unknown);
    const answers = await Promise.all(ids.map((id) => load(id)));
    expect(answers.map((answer) => answer?.id)).toEqual([ids[0], ids[1], undefined, ids[3]]);
    expect(answers.map((answer) => answer?.user.id)).toEqual([
      users[2]?.id,
      users[0]?.id,
      undefined,
      users[1]?.id,
    ]);
    expect(selects()).toHaveLength(1);
  });

  test('asks for a token once, however many wait for it', async () => {
    const [first, second] = tokens.map(({ id }) => id) as [number, number];
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => load(n % 2 === 0 ? first : second)),
    );
    expect(answers.every((answer, n) => answer?.id === (n % 2 === 0 ? first : second))).toBe(true);
    expect(selects().map(idsIn)).toEqual([2]);
  });

  test('sends at most 500 tokens in one statement', async () => {
    await Promise.all(Array.from({ length: 1200 }, (_, n) => load(n + 1)));
    expect(selects().map(idsIn)).toEqual([500, 500, 200]);
  });

  test('remembers nothing: the next question goes to the database again', async () => {
    const token = await createToken(app, await createUser(app));
    app.forgetStatements();
    expect((await load(token.id))?.id).toBe(token.id);
    await app.dataSource.query('DELETE FROM personal_access_tokens WHERE id = ?', [token.id]);
    expect(await load(token.id)).toBeUndefined();
    expect(selects()).toHaveLength(3);
  });

  test('a question asked while a batch is on its way is answered by a later statement', async () => {
    const token = await createToken(app, await createUser(app));
    const early = load(token.id);
    await new Promise((resolve) => setImmediate(resolve));
    app.forgetStatements();
    const late = load(token.id);
    await Promise.all([early, late]);
    expect(selects()).toHaveLength(1);
  });

  test('refuses at once what would wait beyond the bound, and answers the others', async () => {
    const id = tokens[0]?.id ?? 0;
    const outcomes = await Promise.allSettled(Array.from({ length: WAITING_AT_MOST + 5 }, () => load(id)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(5);
    expect(outcomes.slice(-5)).toEqual(refused);
    for (const { reason } of refused) {
      expect(reason).toBeInstanceOf(VerificationUnavailableProblem);
      expect(reason).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    }
    expect((await load(id))?.id).toBe(id);
  });

  test('a failed batch fails its own requests, neither those before nor after', async () => {
    const [first, second] = tokens as [TestToken, TestToken];
    const before = load(first.id);
    await before;
    await app.dataSource.query('ALTER TABLE personal_access_tokens RENAME TO elsewhere');
    const during = await Promise.allSettled([load(first.id), load(second.id)]);
    await app.dataSource.query('ALTER TABLE elsewhere RENAME TO personal_access_tokens');
    expect(during.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await load(second.id))?.id).toBe(second.id);
    await asProgram(app, second).get('/v1/current_user').expect(200);
  });
});
