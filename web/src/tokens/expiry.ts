const DAY_MS = 86_400_000;
/** The clock here may be ahead of the service's, where so many days may be the most allowed. */
const CLOCK_SLACK_MS = 60_000;

/** What the page offers. A number is in days. */
export const EXPIRY_CHOICES = {
  '': 'Never',
  '7': 'In 7 days',
  '30': 'In 30 days',
  '90': 'In 90 days',
  date: 'On a date…',
} as const;

/** @param date as a date field has it; the token lives to the end of that day */
export function expiryOf(choice: string, date: string): string | null {
  if (choice === '') return null;
  if (choice === 'date') return date === '' ? '' : new Date(`${date}T23:59:59`).toISOString();
  return new Date(Date.now() + Number(choice) * DAY_MS - CLOCK_SLACK_MS).toISOString();
}

/** Tomorrow, as a date field has it. */
export function tomorrow(): string {
  const day = new Date(Date.now() + DAY_MS);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

const SOON_MS = 7 * DAY_MS;

export type Expiry = 'never' | 'far' | 'soon' | 'over';

export function expiryState(expiresAt: string | null, now: number): Expiry {
  if (expiresAt === null) return 'never';
  const left = new Date(expiresAt).getTime() - now;
  if (left <= 0) return 'over';
  return left < SOON_MS ? 'soon' : 'far';
}
