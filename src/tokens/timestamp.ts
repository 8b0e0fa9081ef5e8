/** RFC 3339 section 5.6. It also matches days that a month does not have, which are refused below. */
const FORM =
  /^(\d{4}-(?:0[1-9]|1[0-2])-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The last year that both engines can hold. */
const LAST_YEAR = 9999;

/**
 * Reads a time in the form of RFC 3339, with its time zone. Digits after the milliseconds are cut off.
 * @returns undefined for any other text
 */
export function parseTimestamp(given: string): Date | undefined {
  const text = given.toUpperCase();
  const [, date] = FORM.exec(text) ?? [];
  if (date === undefined) return undefined;
  // JavaScript takes 30 February for 2 March.
  const day = new Date(date);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return undefined;
  const moment = new Date(text);
  const year = moment.getUTCFullYear();
  return year >= 0 && year <= LAST_YEAR ? moment : undefined;
}
