import { describe, expect, jest, test } from '@jest/globals';
import { type DataSource, QueryFailedError } from 'typeorm';
import { execute, patiently } from './statement.js';

/** As TypeORM passes on what a driver throws. */
const failure = (code: string) =>
  new QueryFailedError('UPDATE …', [], Object.assign(new Error(code), { code }));

/** Fails so often, and then succeeds. */
const failing = (code: string, times: number) =>
  jest.fn(() => (times-- > 0 ? Promise.reject(failure(code)) : Promise.resolve('written')));

describe('patiently', () => {
  test.each(['ER_LOCK_DEADLOCK', 'ER_CHECKREAD', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT'])(
    'tries again what failed with %s',
    async (code) => {
      const write = failing(code, 2);
      expect(await patiently(write)).toBe('written');
      expect(write).toHaveBeenCalledTimes(3);
    },
  );

  test.each(['ER_DUP_ENTRY', 'ER_LOCK_WAIT_TIMEOUT', 'ECONNRESET', 'SQLITE_FULL'])(
    'does not try again what failed with %s',
    async (code) => {
      const write = failing(code, 1);
      await expect(patiently(write)).rejects.toMatchObject({ code });
      expect(write).toHaveBeenCalledTimes(1);
    },
  );

  test('gives up after five seconds, with the last failure', async () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const write = jest.fn(() => {
      now += 1250;
      return Promise.reject(write.mock.calls.length < 9 ? failure('ER_LOCK_DEADLOCK') : new Error('endless'));
    });
    try {
      await expect(patiently(write)).rejects.toMatchObject({ code: 'ER_LOCK_DEADLOCK' });
    } finally {
      clock.mockRestore();
    }
    expect(write).toHaveBeenCalledTimes(5);
  });
});

describe('execute', () => {
  test('sends a statement that met a deadlock again, and gives back every runner it took', async () => {
    const query = jest
      .fn<() => Promise<unknown>>()
      .mockRejectedValueOnce(failure('ER_LOCK_DEADLOCK'))
      .mockResolvedValueOnce({ affected: 1, raw: { insertId: 7 } });
    const release = jest.fn(() => Promise.resolve());
    const dataSource = { createQueryRunner: () => ({ query, release }) } as unknown as DataSource;
    const parameters = ['Ada', 1];
    expect(await execute(dataSource, 'UPDATE …', parameters)).toEqual({ affected: 1, insertId: 7 });
    expect(query.mock.calls).toEqual(Array(2).fill(['UPDATE …', parameters, true]));
    expect(release).toHaveBeenCalledTimes(2);
  });
});
