import { beforeEach, describe, expect, test } from '@jest/globals';
import { WriteBehind, type WriteBehindRules } from './write-behind.js';

/** As mysql2 says it of an address that is too long. */
const refusal = Object.assign(new Error('Data too long'), { code: 'ER_DATA_TOO_LONG', sqlState: '22001' });

const away = () => Promise.reject(new Error('The database is away.'));

describe('WriteBehind', () => {
  let writes: (readonly number[])[];
  let failures: number[];
  let refused: number[];
  beforeEach(() => {
    [writes, failures, refused] = [[], [], []];
  });

  /** Chunks of two. Each number is its own key, so that noting one again changes nothing. */
  function bufferOf(numbers: readonly number[], rules: Partial<WriteBehindRules<number>> = {}) {
    const { write = () => Promise.resolve(), ...rest } = rules;
    const all: WriteBehindRules<number> = {
      waitingAtMost: 100,
      chunk: 2,
      failuresAtMost: 1,
      unwritten: 'waits',
      merge: (_, item) => item,
      write: (items) => {
        writes.push(items);
        return write(items);
      },
      complain: (_, count) => failures.push(count),
      ...rest,
    };
    const buffer = new WriteBehind<number, number>(all, (_, count) => refused.push(count));
    for (const number of numbers) buffer.note(number, number);
    return buffer;
  }

  test('writes in the order of the keys, across all chunks', async () => {
    await bufferOf([5, 30, 4, 200, 1]).flush();
    expect(writes).toEqual([[1, 4], [5, 30], [200]]);
  });

  test.each([1, 2])(
    'after %s failed chunk(s), tries no more of them, and all that is unwritten waits',
    async (failuresAtMost) => {
      const buffer = bufferOf([1, 2, 3, 4, 5, 6], { failuresAtMost, write: away });
      await buffer.flush();
      expect(writes).toHaveLength(failuresAtMost);
      expect(failures).toEqual(Array(failuresAtMost).fill(2));
      expect(buffer.size).toBe(6);
    },
  );

  test('a chunk that fails alone waits; the others are written', async () => {
    const write = ([first]: readonly number[]) => (first === 1 ? away() : Promise.resolve());
    const buffer = bufferOf([1, 2, 3, 4], { failuresAtMost: 2, write });
    await buffer.flush();
    expect([1, 2, 3, 4].map((key) => buffer.pending(key))).toEqual([1, 2, undefined, undefined]);
  });

  test('drops what is unwritten, where the rules say so', async () => {
    const buffer = bufferOf([1, 2, 3], { unwritten: 'is dropped', write: away });
    await buffer.flush();
    expect(writes).toEqual([[1, 2]]);
    expect(buffer.size).toBe(0);
  });

  /** Refuses some numbers, as an engine does: the whole statement. */
  const refusing = (bad: readonly number[]) => {
    const written: number[] = [];
    const write = (items: readonly number[]) => {
      if (items.some((item) => bad.includes(item))) return Promise.reject(refusal);
      written.push(...items);
      return Promise.resolve();
    };
    return { written, write };
  };

  test.each([[[1]], [[7]], [[16]], [[3, 4, 11]], [Array.from({ length: 16 }, (_, n) => n + 1)]])(
    'drops what the database refuses, %s, and writes all others once',
    async (bad) => {
      const { written, write } = refusing(bad);
      const all = Array.from({ length: 16 }, (_, n) => n + 1);
      const buffer = bufferOf(all, { chunk: 16, write });
      await buffer.flush();
      expect(written).toEqual(all.filter((item) => !bad.includes(item)));
      expect([refused, failures, buffer.size]).toEqual([[bad.length], [], 0]);
    },
  );

  test('what is refused does not count as a failure: the chunks after it are written', async () => {
    const { written, write } = refusing([1, 3]);
    await bufferOf([1, 2, 3, 4, 5], { write }).flush();
    expect(written).toEqual([2, 4, 5]);
    expect(refused).toEqual([1, 1]);
  });

  test.each<[WriteBehindRules<number>['unwritten'], number]>([
    ['waits', 2],
    ['is dropped', 0],
  ])('when the database goes away meanwhile, what is left %s', async (unwritten, left) => {
    const { written, write } = refusing([1]);
    const buffer = bufferOf([1, 2, 3, 4], {
      chunk: 4,
      unwritten,
      write: (items) => (items[0] === 3 ? away() : write(items)),
    });
    await buffer.flush();
    expect(written).toEqual([2]);
    expect([refused, failures, buffer.size]).toEqual([[1], [2], left]);
  });

  test('a flush joins the one under way; to finish, it writes what came meanwhile, too', async () => {
    const buffer = bufferOf([1]);
    const first = buffer.flush();
    buffer.note(2, 2);
    expect(buffer.flush()).toBe(first);
    expect(buffer.size).toBe(2);
    await buffer.finish();
    expect(writes).toEqual([[1], [2]]);
  });

  test('lets others go first after each chunk', async () => {
    const turns: number[] = [];
    setImmediate(() => turns.push(writes.length));
    await bufferOf([1, 2, 3, 4]).flush();
    expect(turns).toEqual([1]);
  });
});
