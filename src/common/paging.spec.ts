import { describe, expect, test } from '@jest/globals';
import { cursorOf, idOfCursor, nextLink, PageQuery, pageOf } from './paging.js';

const encoded = (text: string) => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  test.each([1, 9, 10, 1001, 2 ** 32, Number.MAX_SAFE_INTEGER])('of id %i brings it back', (id) => {
    expect(idOfCursor(cursorOf(id))).toBe(id);
    expect(cursorOf(id)).toMatch(/^[\w-]{1,64}$/);
  });

  test.each([
    '',
    ' ',
    '5',
    'nonsense',
    '%00',
    encoded(''),
    encoded('0'),
    encoded('-5'),
    encoded('+5'),
    encoded('05'),
    encoded(' 5'),
    encoded('5 '),
    encoded('5\n'),
    encoded('5abc'),
    encoded('5.0'),
    encoded('5e0'),
    encoded('0x5'),
    encoded('٥'),
    encoded('[5]'),
    encoded('1 OR 1=1'),
    // Beyond the largest id.
    encoded('9007199254740992'),
    encoded('9007199254740993'),
    encoded('99999999999999999999'),
    // Other spellings of a good one.
    `${encoded('1001')}==`,
    `${encoded('1001')}!`,
    ` ${encoded('1001')}`,
    'MTAwMR',
  ])('that is not ours names no id: %j', (cursor) => {
    expect(idOfCursor(cursor)).toBeUndefined();
  });
});

describe('a page', () => {
  const rows = [5, 4, 3].map((id) => ({ id }));

  test('of fewer rows than asked for is the last', () => {
    expect(pageOf(rows, 4)).toEqual({ items: rows, nextCursor: undefined });
  });

  test('of exactly as many rows is the last', () => {
    expect(pageOf(rows, 3)).toEqual({ items: rows, nextCursor: undefined });
  });

  test('that more rows follow ends at the limit, and the next begins after its last row', () => {
    expect(pageOf(rows, 2)).toEqual({ items: [{ id: 5 }, { id: 4 }], nextCursor: cursorOf(4) });
  });

  test('of nothing is empty', () => {
    expect(pageOf([], 1)).toEqual({ items: [], nextCursor: undefined });
  });
});

test('the link to the next page keeps what else was asked for', () => {
  const url = new URL('https://tokens.example.com/v1/current_user/tokens?search=a%26b&cursor=old&limit=2');
  const query = Object.assign(new PageQuery(), { limit: 2 });
  expect(nextLink(url, query, 'MTAwMQ')).toBe(
    '<https://tokens.example.com/v1/current_user/tokens?search=a%26b&limit=2&cursor=MTAwMQ>; rel="next"',
  );
  const kinds = Object.assign(new PageQuery(), { kind: ['a', 'b'] });
  expect(nextLink(new URL('https://tokens.example.com/'), kinds, 'MTAwMQ')).toBe(
    '<https://tokens.example.com/?limit=50&kind=a&kind=b&cursor=MTAwMQ>; rel="next"',
  );
});
