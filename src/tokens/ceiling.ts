import { missingScope } from '../access/authorize.js';
import { EVERYTHING, OPERATOR_SCOPES } from '../access/scopes.js';
import type { Principal } from '../access/principal.js';
import { DAY_MS } from '../common/durations.js';
import type { FieldError } from '../common/problem.js';
import { isWithinRanges } from '../common/address.js';
import { ExceedsTokenProblem, ExpiryProblem } from './token.errors.js';

/** What a token may do, until when, from where, and how often. */
export interface Rights {
  readonly scopes: readonly string[];
  /** Null for never. */
  readonly expiresAt: Date | null;
  /** Null for anywhere. */
  readonly allowedCidrs: readonly string[] | null;
  /** Requests in a minute; null for as many as it likes. */
  readonly rateLimit: number | null;
}

/** A token that somebody wants. What is undefined gets its default. */
export interface TokenWish {
  readonly name: string;
  readonly scopes: readonly string[] | undefined;
  readonly expiresAt: Date | null | undefined;
  readonly allowedCidrs: readonly string[] | null | undefined;
  readonly rateLimit: number | null;
}

/** How a token is to be changed. What is undefined stays as it is. */
export interface TokenChange {
  readonly name: string | undefined;
  readonly allowedCidrs: readonly string[] | null | undefined;
}

/** The rights that no token made by this principal may exceed; undefined for a person, who has no ceiling. */
export function ceilingOf({ scopes, credential }: Principal): Rights | undefined {
  if (credential.kind !== 'token') return undefined;
  const { expiresAt, allowedCidrs, rateLimit } = credential;
  return { scopes, expiresAt, allowedCidrs, rateLimit };
}

/** The rights that a token gets. What the wish leaves open is taken from the ceiling. */
export function rightsFor(wish: TokenWish, ceiling: Rights | undefined): Rights {
  const { scopes = ceiling?.scopes.filter((scope) => !OPERATOR_SCOPES.has(scope)) ?? [EVERYTHING] } = wish;
  const { expiresAt = ceiling?.expiresAt ?? null, allowedCidrs = ceiling?.allowedCidrs ?? null } = wish;
  return { scopes, expiresAt, allowedCidrs, rateLimit: wish.rateLimit };
}

const REQUESTER = 'The token that makes this request';

/**
 * Finds the fields in which rights exceed a ceiling.
 * @param holder whose ceiling it is, as the beginning of a sentence
 * @returns one entry for each such field
 */
export function excesses(rights: Rights, ceiling: Rights, holder = REQUESTER): FieldError[] {
  const faults = {
    scopes: scopeExcess(rights.scopes, ceiling.scopes, holder),
    expires_at: expiryExcess(rights.expiresAt, ceiling.expiresAt, holder),
    allowed_cidrs: rangeExcess(rights.allowedCidrs, ceiling.allowedCidrs, holder),
    rate_limit: rateExcess(rights.rateLimit, ceiling.rateLimit, holder),
  };
  return Object.entries(faults).flatMap(([field, detail]) => (detail === undefined ? [] : { field, detail }));
}

function scopeExcess(
  scopes: readonly string[],
  ceiling: readonly string[],
  holder: string,
): string | undefined {
  const missing = missingScope(ceiling, scopes);
  return missing && `${holder} does not have the scope ${missing}.`;
}

function expiryExcess(expiresAt: Date | null, ceiling: Date | null, holder: string): string | undefined {
  if (ceiling === null || (expiresAt !== null && expiresAt <= ceiling)) return undefined;
  return `${holder} expires at ${ceiling.toISOString()}, before that.`;
}

function rangeExcess(
  ranges: readonly string[] | null,
  ceiling: readonly string[] | null,
  holder: string,
): string | undefined {
  if (ceiling === null) return undefined;
  if (ranges === null) return `${holder} may not be used from everywhere.`;
  const outside = ranges.find((range) => !isWithinRanges(range, ceiling));
  return outside && `${holder} may not be used from all of ${outside}.`;
}

function rateExcess(rate: number | null, ceiling: number | null, holder: string): string | undefined {
  if (ceiling === null || (rate !== null && rate <= ceiling)) return undefined;
  return `${holder} may be used ${ceiling} times in a minute, and no more.`;
}

/** @throws ExceedsTokenProblem, which names each field of the request that exceeds the token that makes it */
export function assertWithin(rights: Rights, ceiling: Rights): void {
  const [first, ...others] = excesses(rights, ceiling);
  if (first !== undefined) throw new ExceedsTokenProblem(first.detail, [first, ...others]);
}

/** @throws ExceedsTokenProblem if this principal is a token, and the other token can do more than it */
export function assertMayManage(principal: Principal, token: Rights): void {
  const ceiling = ceilingOf(principal);
  if (ceiling === undefined || excesses(token, ceiling).length === 0) return;
  throw new ExceedsTokenProblem('This token can do more than the one that makes the request.');
}

/**
 * @param maxDays undefined where tokens may live for ever
 * @throws ExpiryProblem
 */
export function assertLifetime(expiresAt: Date | null, now: Date, maxDays: number | undefined): void {
  if (expiresAt !== null && expiresAt <= now) throw new ExpiryProblem('Expiry must be in the future.');
  if (maxDays === undefined) return;
  const days = maxDays === 1 ? '1 day' : `${maxDays} days`;
  if (expiresAt === null) {
    throw new ExpiryProblem(`Expiry is required. A token may live for at most ${days}.`);
  }
  if (expiresAt.getTime() > now.getTime() + maxDays * DAY_MS) {
    throw new ExpiryProblem(`Expiry must be at most ${days} from now.`);
  }
}
