import { beforeEach, describe, expect, test } from '@jest/globals';
import { WriteBehind, type WriteBehindRules } from './write-behind.js';

const away = () => Promise.reject(new Error('The database is away.'));

describe('WriteBehind', () => {
  let writes: (readonly number[])[];
  let failures: number[];
  beforeEach(() => {
    [writes, failures] = [[], []];
  });

  /** Chunks of two. Each number is its own key, so that noting one again changes nothing. */
  function bufferOf(numbers: readonly number[], rules: Partial<WriteBehindRules<number>> = {}) {
    const { write = () => Promise.resolve(), ...rest } = rules;
    const buffer = new WriteBehind<number, number>({
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
    });
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
