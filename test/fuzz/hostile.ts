import fc, { type Arbitrary } from 'fast-check';

/** In hostile texts, so that one that comes back in an error is found. */
export const CANARY = 'zq7canary';

/** What every object inherits, and what libraries take for paths and operators. */
export const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '$where',
  'a[b]',
  'a.b',
  '',
];

/** Programs have read each of these as a number, and some as 5. */
const LOOK_ALIKES = [
  '5abc',
  ' 5',
  '+5',
  '0005',
  '5.0',
  '5e0',
  '0x5',
  '-5',
  '٥',
  '[5]',
  '99999999999999999999',
  '0',
];

const SPECIAL = [
  '\0',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u2066',
  '\ufeff',
  '\r\nX-Injected: 1\r\n',
  '👩‍👩‍👧‍👦',
  'e\u0301\u0301\u0301',
  '\uffff',
  '\u2028',
  "' OR 1=1 -- ",
  '"; DROP TABLE users; --',
  '%00',
  '%',
  '../../etc/passwd',
  '${7*7}',
  '<script>alert(1)</script>',
];

const NUMBERS = [
  0,
  -0,
  -1,
  1,
  1.5,
  1e21,
  1e-7,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  2 ** 64,
  Number.MAX_VALUE,
  5e-324,
];

export const hostileText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...LOOK_ALIKES),
  fc.constantFrom(...SPECIAL).map((text) => `${CANARY}${text}`),
  fc.constantFrom(...SPECIAL).map((text) => `${text}${CANARY}`),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(256, 1100, 5000).map((length) => 'x'.repeat(length) + CANARY),
  fc.constant(''),
);

/** Any JSON, of any type. */
export const hostileValue: Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(null, true, false),
  hostileText.map((text) => [text]),
  hostileText.map((text) => ({ [CANARY]: text })),
  fc.constantFrom(9, 40).map(nested),
  fc.array(hostileText, { minLength: 51, maxLength: 60 }),
  fc.json().map((text) => JSON.parse(text) as unknown),
);

function nested(depth: number): unknown {
  return depth === 0 ? [] : [nested(depth - 1)];
}

/** Lines of headers that clients send by mistake, or attackers on purpose. */
export const hostileHeaders: Arbitrary<string[]> = fc.array(
  fc.oneof(
    fc.constantFrom(
      'Authorization: Bearer 1|x',
      'Authorization: Basic YTpi',
      'Authorization: bearer\t1|x',
      'Authorization: Bearer  ',
      'Authorization: Negotiate, Bearer x',
      'X-Forwarded-For: 127.0.0.1, ::1, unknown',
      'X-Forwarded-Proto: javascript',
      'X-Forwarded-Host: evil.example',
      'X-Original-URL: /v1/admin',
      'X-HTTP-Method-Override: DELETE',
      'Content-Encoding: gzip',
      'Accept: application/xml',
      'Accept-Encoding: br;q=x',
      'Origin: null',
      'Origin: https://evil.example',
      'Sec-Fetch-Site: cross-site',
      'Idempotency-Key: a b',
      'If-None-Match: *',
      'Range: bytes=0-1',
      'Expect: 200-maybe',
      'Cookie: latchkey_session=x; latchkey_session=y; __Host-latchkey_session=z',
    ),
    fc
      .tuple(
        fc.constantFrom(
          'Authorization',
          'Cookie',
          'Idempotency-Key',
          'User-Agent',
          'X-Forwarded-For',
          'Accept',
          'X-Auth-User-Id',
        ),
        hostileText,
      )
      .map(([name, text]) => `${name}: ${printable(text)}`),
    fc.constantFrom(8_000, 20_000).map((length) => `X-Long: ${'x'.repeat(length)}`),
  ),
  { maxLength: 2 },
);

/** What a line can hold; bytes beyond ASCII stay. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '');
