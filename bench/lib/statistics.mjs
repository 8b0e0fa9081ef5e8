/** @param {readonly number[]} values */
export function median(values) {
  const inOrder = [...values].sort((a, b) => a - b);
  const middle = Math.floor(inOrder.length / 2);
  return inOrder.length % 2 === 1 ? inOrder[middle] : (inOrder[middle - 1] + inOrder[middle]) / 2;
}

/** @typedef {{ median: number, min: number, max: number }} Spread */

/**
 * @param {readonly (number | null | undefined)[]} values
 * @returns {Spread | undefined} undefined where there is none, or one is missing
 */
export function spread(values) {
  const known = values.filter((value) => value !== undefined && value !== null);
  if (known.length === 0 || known.length < values.length) return undefined;
  return { median: median(known), min: Math.min(...known), max: Math.max(...known) };
}

const RESAMPLES = 10_000;

/**
 * Where the median is with a confidence of 95%, by the bootstrap: medians of samples drawn from the values.
 * @param {readonly number[]} values
 * @returns {[low: number, high: number]}
 */
export function interval(values) {
  const draw = () => values[Math.floor(Math.random() * values.length)];
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(draw))).sort((a, b) => a - b);
  return [medians[Math.floor(0.025 * RESAMPLES)], medians[Math.floor(0.975 * RESAMPLES)]];
}
