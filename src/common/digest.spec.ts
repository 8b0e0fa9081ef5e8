import { expect, test } from '@jest/globals';
import { digest } from './digest.js';

test('a digest is the SHA-256 in lower-case hex', () => {
  expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
