import { expect, test } from '@jest/globals';
import { clientAt, ipOf } from './principal.js';

test.each([
  ['192.0.2.7', '192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.7'],
  ['2001:DB8:0::7', '2001:db8::7', '2001:db8::7'],
  ['unknown', 'unknown', null],
  ['', '', null],
  ['fe80::1%eth-0', 'fe80::1%eth-0', 'fe80::1%eth-0'],
  [`fe80::1%${'0'.repeat(38)}`, `fe80::1%${'0'.repeat(38)}`, null],
])('a client at %j has the address %j, and the IP address %j', (given, address, ip) => {
  expect(clientAt(given)).toEqual({ address, userAgent: undefined });
  expect(ipOf(clientAt(given).address)).toBe(ip);
});
