import { useSyncExternalStore } from 'react';

const TICK_MS = 30_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  { unit: 'year', size: 365 * DAY },
  { unit: 'month', size: 30 * DAY },
  { unit: 'week', size: 7 * DAY },
  { unit: 'day', size: DAY },
  { unit: 'hour', size: HOUR },
  { unit: 'minute', size: MINUTE },
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const time = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'medium' });
const date = new Intl.DateTimeFormat('en', { dateStyle: 'long' });

export const exactTime = (iso: string): string => time.format(new Date(iso));
export const exactDate = (iso: string): string => date.format(new Date(iso));

/** Such as "3 days ago" or "in 5 minutes". */
export function relativeTime(iso: string, now: number): string {
  const distance = new Date(iso).getTime() - now;
  const fitting = UNITS.find(({ size }) => Math.abs(distance) >= size);
  if (fitting === undefined) return distance > 0 ? 'in less than a minute' : 'just now';
  return relative.format(Math.trunc(distance / fitting.size), fitting.unit);
}

const now = () => Math.ceil(Date.now() / TICK_MS) * TICK_MS;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, TICK_MS / 10);
  return () => {
    clearInterval(timer);
  };
}

/** The time, every half minute. */
export const useNow = (): number => useSyncExternalStore(subscribe, now);

/** When something was, exactly when pointed at and for screen readers. @param future for what will be */
export function RelativeTime({ iso, future = false }: { readonly iso: string; readonly future?: boolean }) {
  const here = useNow();
  // The clock of the service may be ahead of this one.
  const text = relativeTime(iso, future ? here : Math.max(here, new Date(iso).getTime()));
  const exact = exactTime(iso);
  return (
    <time dateTime={iso} title={exact}>
      <span aria-hidden="true">{text}</span>
      <span className="visually-hidden">{exact}</span>
    </time>
  );
}
