import { describe, expect, test } from '@jest/globals';
import { parseId } from './id.js';

describe('parseId', () => {
  test.each([
    ['1', 1],
    ['5', 5],
    ['1000000000000000', 1_000_000_000_000_000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s is an id', (text, id) => {
    expect(parseId(text)).toBe(id);
  });

  test.each([
    [
      '',
      '0',
      '00',
      '01',
      '0005',
      '-5',
      '+5',
      ' 5',
      '5 ',
      '5\n',
      '\t5',
      '5.0',
      '5.',
      '5e0',
      '0x5',
      '5n',
      '1_0',
    ],
    ['٥', '５', '²', '[5]', '5abc', 'abc', 'NaN', 'Infinity', '5,5', '5|', "5'", '5--', 'null', '1ABC'],
    ['9007199254740992', '9007199254740993', '9999999999999999', '10000000000000000', '9'.repeat(400)],
  ])('what is not exactly an id is none: %s, %s, %s, …', (...texts) => {
    expect(texts.filter((text) => parseId(text) !== undefined)).toEqual([]);
  });
});
