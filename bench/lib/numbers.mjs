/** What stands where nothing was seen. */
export const NONE = '–';

/** Three digits that mean something. @param {number} value */
export function number(value) {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
