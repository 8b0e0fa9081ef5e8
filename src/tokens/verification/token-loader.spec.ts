import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Settings } from '../../config/settings.js';
import { Metrics } from '../../metrics/metrics.js';
import type { StoredToken, TokenRepository } from '../token.repository.js';
import { TokenLoader, VerificationUnavailableProblem } from './token-loader.js';

/** One statement that the database has been sent, and answers when the test says so. */
interface Statement {
  readonly ids: readonly number[];
  readonly answer: () => void;
}

/** Takes the place of the database. */
class HeldTokens {
  readonly statements: Statement[] = [];

  findStored(ids: readonly number[]): Promise<StoredToken[]> {
    return new Promise((resolve) => {
      const tokens = ids.map((id) => ({ id }) as StoredToken);
      this.statements.push({
        ids,
        answer: () => {
          resolve(tokens);
        },
      });
    });
  }

  get asked(): (readonly number[])[] {
    return this.statements.map(({ ids }) => ids);
  }
}

/** Lets everything go on that waits for no answer and no timer. */
async function turn(): Promise<void> {
  // An answer makes the next batch depart, which waits for the second of these.
  for (let n = 0; n < 2; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('TokenLoader', () => {
  let tokens: HeldTokens;
  let metrics: Metrics;
  let loader: TokenLoader;
  /** What has become of each question: its token's id, or the error. */
  let outcomes: Map<number, unknown>;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    tokens = new HeldTokens();
    metrics = new Metrics();
    const settings = { traces: false } as Settings;
    loader = new TokenLoader(tokens as unknown as TokenRepository, metrics, settings);
    outcomes = new Map();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function ask(...ids: number[]): Promise<void> {
    for (const id of ids) {
      loader.load(id).then(
        (found) => outcomes.set(id, found.get(id)?.id),
        (error: unknown) => outcomes.set(id, error),
      );
    }
    await turn();
  }

  async function pass(milliseconds: number): Promise<void> {
    jest.advanceTimersByTime(milliseconds);
    await turn();
  }

  const late = expect.any(VerificationUnavailableProblem);

  test('has two statements on their way; what is asked meanwhile travels together in the next one', async () => {
    await ask(1);
    await ask(2);
    for (const id of [3, 4, 5]) await ask(id);
    expect(tokens.asked).toEqual([[1], [2]]);
    tokens.statements[0]?.answer();
    await turn();
    expect(tokens.asked).toEqual([[1], [2], [3, 4, 5]]);
    expect([...outcomes]).toEqual([[1, 1]]);
  });

  test('gives a question up after two seconds, and not before', async () => {
    await ask(1);
    await pass(1999);
    expect([...outcomes]).toEqual([]);
    await pass(1);
    expect([...outcomes]).toEqual([[1, late]]);
  });

  test('counts the time that a question waits to depart, from the first one of its batch', async () => {
    await ask(1);
    await ask(2);
    await pass(500);
    await ask(3);
    await pass(1000);
    await ask(4);
    for (const { answer } of tokens.statements) answer();
    await turn();
    expect(tokens.asked).toEqual([[1], [2], [3, 4]]);
    await pass(999);
    expect(outcomes.size).toBe(2);
    await pass(1);
    expect([outcomes.get(3), outcomes.get(4)]).toEqual([late, late]);
  });

  test('a database that is silent holds up nobody who comes later', async () => {
    await ask(1);
    await ask(2);
    await ask(3, 4);
    await pass(2000);
    expect([...outcomes.values()]).toEqual([late, late, late, late]);
    expect(await metrics.registry.metrics()).toMatch(/^latchkey_verification_queue 0$/m);
    await ask(5);
    // Nobody waits for 3 and 4 any more: they are not asked about.
    expect(tokens.asked).toEqual([[1], [2], [5]]);
    tokens.statements[2]?.answer();
    await turn();
    expect(outcomes.get(5)).toBe(5);
  });
});
