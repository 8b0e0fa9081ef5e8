import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import { BackgroundFlush } from '../../database/background-flush.js';
import { Metrics } from '../../metrics/metrics.js';
import { LastUsed } from './last-used.js';
import type { LastUsedRepository, Use } from './last-used.repository.js';

/** Takes the place of the database; `answer` says what becomes of a statement. */
class FakeTokens {
  readonly statements: (readonly Use[])[] = [];
  readonly written = new Map<number, Use>();
  answer: () => Promise<void> = () => Promise.resolve();

  async stamp(uses: readonly Use[]): Promise<void> {
    this.statements.push(uses);
    await this.answer();
    for (const use of uses) this.written.set(use.id, use);
  }
}

const use = (id: number, at: number, previousAt?: number): Use => ({
  id,
  at: new Date(at),
  address: '192.0.2.1',
  previousAt: previousAt === undefined ? null : new Date(previousAt),
});

const away = () => Promise.reject(new Error('The database is away.'));

describe('LastUsed', () => {
  let tokens: FakeTokens;
  let background: BackgroundFlush;
  let lastUsed: LastUsed;

  // Its warnings are expected here.
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(true);
  });
  beforeEach(() => {
    tokens = new FakeTokens();
    background = new BackgroundFlush({ backgroundFlushMs: 3_600_000 } as Settings, new Metrics());
    lastUsed = new LastUsed(tokens as unknown as LastUsedRepository, background, new Metrics());
  });

  test('asks nothing of the database until it is flushed', () => {
    lastUsed.note(use(1, 1000));
    expect(tokens.statements).toEqual([]);
    expect(lastUsed.pending(1)).toEqual(use(1, 1000));
    expect(lastUsed.pending(2)).toBeUndefined();
  });

  test('forgets what is written', async () => {
    lastUsed.note(use(1, 1000));
    await lastUsed.flush();
    await lastUsed.flush();
    expect(tokens.statements).toHaveLength(1);
    expect(lastUsed.pending(1)).toBeUndefined();
  });

  test('keeps the newest use of each token, in whatever order they come', async () => {
    for (const at of [2000, 3000, 1000]) lastUsed.note(use(1, at));
    await lastUsed.flush();
    expect(tokens.statements).toEqual([[use(1, 3000)]]);
  });

  test('keeps the newest use of the previous secret beside that of the current one, in whatever order', async () => {
    for (const [at, previousAt] of [[1000], [3000, 3000], [4000], [2000, 2000]] as const) {
      lastUsed.note(use(1, at, previousAt));
    }
    await lastUsed.flush();
    expect(tokens.statements).toEqual([[use(1, 4000, 3000)]]);
  });

  test('writes in the order of the ids, so that no two instances wait for each other, and 500 at most at once', async () => {
    for (let id = 1001; id >= 1; id -= 1) lastUsed.note(use(id, 1000));
    await lastUsed.flush();
    const ids = tokens.statements.map((uses) => uses.map(({ id }) => id));
    expect(ids.flat()).toEqual(Array.from({ length: 1001 }, (_, n) => n + 1));
    expect(ids.map(({ length }) => length)).toEqual([500, 500, 1]);
  });

  test('a flush goes on after one statement that failed, and not after two', async () => {
    for (let id = 1; id <= 2500; id += 1) lastUsed.note(use(id, 1000));
    tokens.answer = () => (tokens.statements.length === 1 ? away() : Promise.resolve());
    await lastUsed.flush();
    expect(tokens.statements.length).toBe(5);
    for (let id = 1; id <= 2500; id += 1) lastUsed.note(use(id, 2000));
    tokens.answer = away;
    await lastUsed.flush();
    expect(tokens.statements.length).toBe(7);
    expect(lastUsed.pending(2500)).toEqual(use(2500, 2000));
  });

  test('a flush that fails keeps the stamps for the next one, and throws nothing', async () => {
    lastUsed.note(use(1, 1000));
    tokens.answer = away;
    await lastUsed.flush();
    expect(lastUsed.pending(1)).toEqual(use(1, 1000));
    tokens.answer = () => Promise.resolve();
    await lastUsed.flush();
    expect(tokens.written.get(1)).toEqual(use(1, 1000));
  });

  test('a use noted while a flush is under way survives its failure, and its success', async () => {
    for (const fails of [true, false]) {
      const [older, newer] = fails ? [1000, 2000] : [3000, 4000];
      lastUsed.note(use(1, older));
      let end = (): void => undefined;
      tokens.answer = () =>
        new Promise((resolve, reject) => {
          end = () => {
            if (fails) reject(new Error('The database is away.'));
            else resolve();
          };
        });
      const flushing = lastUsed.flush();
      expect(lastUsed.pending(1)).toEqual(use(1, older));
      lastUsed.note(use(1, newer));
      expect(lastUsed.pending(1)).toEqual(use(1, newer));
      end();
      await flushing;
      expect(lastUsed.pending(1)).toEqual(use(1, newer));
    }
  });

  test('remembers a bounded number of tokens: more uses are not recorded, and nothing breaks', async () => {
    const bound = 500_000;
    for (let id = 1; id <= bound + 1; id += 1) lastUsed.note(use(id, 1000));
    expect(lastUsed.pending(bound)).toBeDefined();
    expect(lastUsed.pending(bound + 1)).toBeUndefined();
    lastUsed.note(use(1, 2000));
    expect(lastUsed.pending(1)).toEqual(use(1, 2000));
    tokens.answer = away;
    await lastUsed.flush();
    expect(lastUsed.pending(bound)).toBeDefined();
  });

  test('at shutdown, writes what waits', async () => {
    background.onModuleInit();
    lastUsed.note(use(1, 1000));
    await background.stop();
    expect(tokens.written.get(1)).toEqual(use(1, 1000));
  });

  test('at shutdown, waits for the flush under way, and writes what came after it', async () => {
    lastUsed.note(use(1, 1000));
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    tokens.answer = () => released;
    const flushing = lastUsed.flush();
    lastUsed.note(use(2, 2000));
    const stopping = background.stop();
    let stopped = false;
    void stopping.then(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    const stoppedTooEarly = stopped;
    release();
    await Promise.all([flushing, stopping]);
    expect(stoppedTooEarly).toBe(false);
    expect([...tokens.written.keys()]).toEqual([1, 2]);
  });
});
