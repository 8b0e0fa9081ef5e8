import { missingScope } from '../access/authorize.js';
import { EVERYTHING, OPERATOR_SCOPES } from '../access/scopes.js';
import type { Principal } from '../access/principal.js';
import type { FieldError } from '../common/problem.js';
import { isWithinRanges } from '../common/address.js';
import { ExceedsTokenProblem } from './token.errors.js';

/** What a token can do: in what, until when, from where, and how often. */
export interface Rights {
  readonly scopes: readonly string[];
  /** Null for ever. */
  readonly expiresAt: Date | null;
  /** Null for anywhere. */
  readonly allowedCidrs: readonly string[] | null;
  /** Requests in a minute; null for as many as it likes. */
  readonly rateLimit: number | null;
}

/** A token somebody wants made; what is undefined gets its default. */
export interface TokenWish {
  readonly name: string;
  readonly scopes: readonly string[] | undefined;
  readonly expiresAt: Date | null | undefined;
  readonly allowedCidrs: readonly string[] | null | undefined;
  readonly rateLimit: number | null;
}

/** What is to become of a token; what is undefined stays. */
export interface TokenChange {
  readonly name: string | undefined;
  readonly allowedCidrs: readonly string[] | null | undefined;
}

/**
 * What no token of this principal's making may go beyond; undefined for a person, whom nothing limits.
 * @param own the token that makes the request, where its ranges were read anew
 */
export function limitOf(
  { scopes, credential }: Principal,
  own?: Pick<Rights, 'allowedCidrs'>,
): Rights | undefined {
  if (credential.kind === 'session') return undefined;
  const { expiresAt, rateLimit } = credential;
  return { scopes, expiresAt, allowedCidrs: (own ?? credential).allowedCidrs, rateLimit };
}

/** The rights a wish comes to: what is not chosen is as the limit has it. */
export function rightsFor(wish: TokenWish, limit: Rights | undefined): Rights {
  const { scopes = limit?.scopes.filter((scope) => !OPERATOR_SCOPES.has(scope)) ?? [EVERYTHING] } = wish;
  const { expiresAt = limit?.expiresAt ?? null, allowedCidrs = limit?.allowedCidrs ?? null } = wish;
  return { scopes, expiresAt, allowedCidrs, rateLimit: wish.rateLimit };
}

const REQUESTER = 'The token that makes this request';

/**
 * Where rights go beyond others.
 * @param holder who has the others, as a sentence begins
 * @returns one entry for each field that does; none for rights that are no stronger
 */
export function excesses(rights: Rights, limit: Rights, holder = REQUESTER): FieldError[] {
  const faults = {
    scopes: scopeExcess(rights.scopes, limit.scopes, holder),
    expires_at: expiryExcess(rights.expiresAt, limit.expiresAt, holder),
    allowed_cidrs: rangeExcess(rights.allowedCidrs, limit.allowedCidrs, holder),
    rate_limit: rateExcess(rights.rateLimit, limit.rateLimit, holder),
  };
  return Object.entries(faults).flatMap(([field, detail]) => (detail === undefined ? [] : { field, detail }));
}

function scopeExcess(
  scopes: readonly string[],
  limit: readonly string[],
  holder: string,
): string | undefined {
  const missing = missingScope(limit, scopes);
  return missing && `${holder} does not have the scope ${missing}.`;
}

function expiryExcess(expiresAt: Date | null, limit: Date | null, holder: string): string | undefined {
  if (limit === null || (expiresAt !== null && expiresAt <= limit)) return undefined;
  return `${holder} expires at ${limit.toISOString()}, before that.`;
}

function rangeExcess(
  ranges: readonly string[] | null,
  limit: readonly string[] | null,
  holder: string,
): string | undefined {
  if (limit === null) return undefined;
  if (ranges === null) return `${holder} may not be used from everywhere.`;
  const outside = ranges.find((range) => !isWithinRanges(range, limit));
  return outside && `${holder} may not be used from all of ${outside}.`;
}

function rateExcess(rate: number | null, limit: number | null, holder: string): string | undefined {
  if (limit === null || (rate !== null && rate <= limit)) return undefined;
  return `${holder} may be used ${limit} times in a minute, and no more.`;
}

/** @throws ExceedsTokenProblem naming each field of a request that goes beyond the token that makes it */
export function assertWithin(rights: Rights, limit: Rights): void {
  const [first, ...others] = excesses(rights, limit);
  if (first !== undefined) throw new ExceedsTokenProblem(first.detail, [first, ...others]);
}

/** @throws ExceedsTokenProblem where this principal is a token that can do less than the other one */
export function assertMayManage(principal: Principal, token: Rights): void {
  const limit = limitOf(principal);
  if (limit === undefined || excesses(token, limit).length === 0) return;
  throw new ExceedsTokenProblem('This token can do more than the one that makes the request.');
}
