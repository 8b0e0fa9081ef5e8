import type { ProblemCodeOf } from '../common/problem-codes.js';
import type { Settings } from '../config/settings.js';
import type { Metrics } from '../metrics/metrics.js';

/** The names come from the metric, so that every limit has a count of its refusals. */
export type RateLimitName = keyof Metrics['rateLimited'];

/** What may happen how often. */
export interface RateLimitPolicy {
  /**
   * `shared`: all instances share one count, in Redis or in the database. `light`: the count is never written to the
   * database, because the event is too frequent; without Redis, each process counts for itself.
   */
  readonly store: 'shared' | 'light';
  readonly quota: (settings: Settings) => number;
  readonly windowSeconds: number;
  /** The beginning of the problem's detail: `Too many failed attempts`. */
  readonly complaint: string;
  /** The code of the problem. */
  readonly code: ProblemCodeOf<429>;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The three limits on signing in (ADR 12) look the same to a client. */
const FAILED_ATTEMPTS = {
  store: 'shared',
  complaint: 'Too many failed attempts',
  code: 'too_many_attempts',
} as const;

/** All rate limits. Clients read these names in `RateLimit-Policy`. */
export const POLICIES: Readonly<Record<RateLimitName, RateLimitPolicy>> = {
  'sign-in': { ...FAILED_ATTEMPTS, quota: () => 10, windowSeconds: 15 * MINUTE },
  'sign-in-address': { ...FAILED_ATTEMPTS, quota: () => 100, windowSeconds: 15 * MINUTE },
  'sign-in-account': { ...FAILED_ATTEMPTS, quota: () => 100, windowSeconds: HOUR },
  registration: {
    store: 'shared',
    quota: ({ limitRegistrations }) => limitRegistrations,
    windowSeconds: HOUR,
    complaint: 'Too many accounts were made from your network',
    code: 'rate_limited',
  },
  revocation: {
    store: 'shared',
    quota: ({ limitRevocations }) => limitRevocations,
    windowSeconds: MINUTE,
    complaint: 'Too many tokens were sent to be revoked from your network',
    code: 'rate_limited',
  },
  token: {
    store: 'light',
    // Never used: every token that is counted has a quota of its own.
    quota: () => 0,
    windowSeconds: MINUTE,
    complaint: 'This token was used too often',
    code: 'token_rate_limited',
  },
  'failed-tokens': {
    store: 'light',
    quota: ({ limitFailedTokens }) => limitFailedTokens,
    windowSeconds: MINUTE,
    complaint: 'Too many requests with tokens that are not valid came from your network',
    code: 'rate_limited',
  },
  'refused-bodies': {
    store: 'light',
    quota: ({ limitFailedTokens }) => limitFailedTokens,
    windowSeconds: MINUTE,
    complaint: 'Too many requests that are not valid came from your network',
    code: 'rate_limited',
  },
};

/** How long each mark lasts. Marks are kept in the same store as shared limits, but cannot be exceeded. */
export const MARK_SECONDS = {
  /** Somebody has signed in to this account from this address. */
  'familiar-address': 14 * DAY,
} as const;
export type MarkName = keyof typeof MARK_SECONDS;

const windows = Object.values(POLICIES).map(({ windowSeconds }) => windowSeconds);
/** No count ends later than this. If one seems to, the clock was set back since it was made. */
export const LONGEST_WINDOW_MS = 1000 * Math.max(...windows, ...Object.values(MARK_SECONDS));
