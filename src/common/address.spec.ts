import { describe, expect, test } from '@jest/globals';
import { canonicalAddress, canonicalRange, isInRanges, networkOf } from './address.js';

describe('isInRanges', () => {
  test.each([
    ['192.0.2.0', '192.0.2.0/24'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.200/24'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['203.0.113.9', '0.0.0.0/0'],
    ['10.255.255.255', '10.0.0.0/8'],
    ['192.0.2.129', '192.0.2.128/25'],
    ['2001:db8::', '2001:db8::/32'],
    ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::/32'],
    ['2001:0db8:0000::0001', '2001:db8::1/128'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['::1', '::/0'],
    ['fe80::1', 'fe80::/10'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['::ffff:c000:0207', '192.0.2.0/24'],
  ])('%s is in %s', (address, range) => {
    expect(isInRanges(address, [range])).toBe(true);
  });

  test.each([
    ['192.0.3.0', '192.0.2.0/24'],
    ['192.0.1.255', '192.0.2.0/24'],
    ['192.0.2.8', '192.0.2.7/32'],
    ['192.0.2.127', '192.0.2.128/25'],
    ['2001:db9::', '2001:db8::/32'],
    ['2001:db8::2', '2001:db8::1/128'],
    ['2001:db8::1', '0.0.0.0/0'],
    ['192.0.2.7', '::/0'],
    ['::ffff:192.0.3.7', '192.0.2.0/24'],
  ])('%s is not in %s', (address, range) => {
    expect(isInRanges(address, [range])).toBe(false);
  });

  test.each(['', 'unknown', 'localhost', '192.0.2.256', '192.0.2.7:80', '192.0.2.7 ', '1::2::3'])(
    '%j is no address, so in no range',
    (address) => {
      expect(isInRanges(address, ['0.0.0.0/0', '::/0', '192.0.2.0/24'])).toBe(false);
    },
  );

  test.each(['', '192.0.2.0', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2.0/x', '::/129', 'all'])(
    '%j is no range, so nothing is in it',
    (range) => {
      expect(isInRanges('192.0.2.0', [range])).toBe(false);
      expect(isInRanges('::', [range])).toBe(false);
    },
  );

  test('one of several is enough, whatever the others are', () => {
    expect(isInRanges('192.0.2.7', ['nonsense', '2001:db8::/32', '192.0.2.0/24'])).toBe(true);
  });

  test('nothing is in no ranges', () => {
    expect(isInRanges('192.0.2.7', [])).toBe(false);
  });
});

describe('canonicalRange', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7/32'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['192.0.2.255/25', '192.0.2.128/25'],
    ['203.0.113.9/0', '0.0.0.0/0'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2001:DB8:0::1', '2001:db8::1/128'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['::1/0', '::/0'],
    ['64:ff9b::192.0.2.33/96', '64:ff9b::/96'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
    ['::ffff:192.0.2.7/120', '192.0.2.0/24'],
    ['::ffff:c000:207/96', '0.0.0.0/0'],
    ['::ffff:192.0.2.7/80', '::/80'],
  ])('%s is %s', (text, range) => {
    expect(canonicalRange(text)).toBe(range);
    expect(canonicalRange(range)).toBe(range);
  });

  test.each([
    '',
    '/',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8 ',
    ' 10.0.0.0/8',
    '10.0.0/8',
    '10/8',
    '010.0.0.1/8',
    '0x0a.0.0.0/8',
    '2001:db8::/129',
    '2001:db8::1::/32',
    'fe80::1%eth0',
    'fe80::1%eth0/64',
    'example.com',
    '192.0.2.0-192.0.2.9',
    '*',
  ])('%j is neither an address nor a range', (text) => {
    expect(canonicalRange(text)).toBeUndefined();
  });
});

describe('canonicalAddress', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['2001:0DB8:0::0001', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('%s is %s', (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical);
  });

  test.each(['', 'unknown', '10.1', '010.0.0.1', '192.0.2.7:80', '192.0.2.0/24', '1::2::3', 'fe80::1%eth-0'])(
    '%j is no address',
    (text) => {
      expect(canonicalAddress(text)).toBeNull();
      expect(isInRanges(text, ['0.0.0.0/0', '::/0'])).toBe(false);
    },
  );
});

describe('networkOf', () => {
  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['192.0.2.7', '::ffff:192.0.2.7'],
  ])('%s and %s are one', (one, other) => {
    expect(networkOf(one)).toBe(networkOf(other));
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['192.0.2.7', '192.0.2.8'],
    ['proxy-1', 'proxy-2'],
  ])('%s and %s are two', (one, other) => {
    expect(networkOf(one)).not.toBe(networkOf(other));
  });
});
