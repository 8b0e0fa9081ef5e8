import { expect, test } from '@jest/globals';
import { quantile, welchT } from '../harness/statistics.js';

/** A worked example with unequal variances: Wikipedia, "Welch's t-test", the third. */
const A = [19.8, 20.4, 19.6, 17.8, 18.5, 18.9, 18.3, 18.9, 19.5, 22.0];
const B = [
  28.2, 26.6, 20.1, 23.3, 25.2, 22.1, 17.7, 27.6, 20.6, 13.7, 23.2, 17.5, 20.6, 18.0, 23.9, 21.6, 24.3, 20.4,
  24.0, 13.2,
];

test("Welch's t is that of the worked example", () => {
  expect(welchT(A, B)).toBeCloseTo(-2.22, 2);
  expect(welchT(B, A)).toBeCloseTo(2.22, 2);
});

test('a quantile is the sample that so many are below', () => {
  expect(quantile([5, 1, 3], 0.5)).toBe(3);
  expect(quantile(A, 0)).toBe(17.8);
  expect(quantile(A, 1)).toBe(22);
});
