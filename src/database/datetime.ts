/** How plain SQL writes and reads timestamps: `2026-11-23 16:25:33.787`, UTC, on both engines. */

export const toDatetime = (date: Date): string => date.toISOString().slice(0, 23).replace('T', ' ');

/** @param value what the driver returned: text from SQLite, a Date from mysql2 */
export const fromDatetime = (value: string | Date): Date =>
  value instanceof Date ? value : new Date(`${value.replace(' ', 'T')}Z`);
