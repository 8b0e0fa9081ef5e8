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
