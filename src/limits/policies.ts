import type { ProblemCodeOf } from '../common/problem-codes.js';
import type { Settings } from '../config/settings.js';
import type { Metrics } from '../metrics/metrics.js';

/** The limits are those that the metric counts, so that none is exceeded unseen. */
export type RateLimitName = keyof Metrics['rateLimited'];

/** What may happen how often. */
export interface RateLimitPolicy {
  /**
   * `shared`: one count for all instances, in Redis or in the database. `light`: for what happens so often that no
   * row may be written for it; without Redis, each process counts for itself.
   */
  readonly store: 'shared' | 'light';
  readonly quota: (settings: Settings) => number;
  readonly windowSeconds: number;
  /** What there was too much of, as a sentence begins: `Too many failed attempts`. */
  readonly complaint: string;
  /** Of the problem. */
  readonly code: ProblemCodeOf<429>;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Who fails to sign in is told the same, whichever limit it was (ADR 12). */
const FAILED_ATTEMPTS = {
  store: 'shared',
  complaint: 'Too many failed attempts',
  code: 'too_many_attempts',
} as const;

/** Each name is what clients read in `RateLimit-Policy`. */
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
    // Every token that is counted brings a quota of its own.
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
};

/** How long a mark lasts. Marks are kept where the shared limits are counted, but nobody can exceed one. */
export const MARK_SECONDS = {
  /** An account was signed in from this address. */
  'familiar-address': 14 * DAY,
} as const;
export type MarkName = keyof typeof MARK_SECONDS;

const windows = Object.values(POLICIES).map(({ windowSeconds }) => windowSeconds);
/** A count that would end later was made by a clock that has been put back. */
export const LONGEST_WINDOW_MS = 1000 * Math.max(...windows, ...Object.values(MARK_SECONDS));
