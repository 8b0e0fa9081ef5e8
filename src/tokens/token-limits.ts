import { missingScope } from '../auth/scopes.js';
import type { FieldError } from '../common/problem.js';
import { isWithinRanges } from './address-range.js';

/** What a token can do: in what, until when, and from where. */
export interface Rights {
  readonly scopes: readonly string[];
  /** Null for ever. */
  readonly expiresAt: Date | null;
  /** Null for anywhere. */
  readonly allowedCidrs: readonly string[] | null;
}

/**
 * Where rights go beyond others.
 * @returns one entry for each field that does; none for rights that are no stronger
 */
export function excesses(rights: Rights, limit: Rights): FieldError[] {
  const faults = {
    scopes: scopeExcess(rights.scopes, limit.scopes),
    expires_at: expiryExcess(rights.expiresAt, limit.expiresAt),
    allowed_cidrs: rangeExcess(rights.allowedCidrs, limit.allowedCidrs),
  };
  return Object.entries(faults).flatMap(([field, detail]) => (detail === undefined ? [] : { field, detail }));
}

function scopeExcess(scopes: readonly string[], limit: readonly string[]): string | undefined {
  const missing = missingScope(limit, scopes);
  return missing && `The token that makes this request does not have the scope ${missing}.`;
}

function expiryExcess(expiresAt: Date | null, limit: Date | null): string | undefined {
  if (limit === null || (expiresAt !== null && expiresAt <= limit)) return undefined;
  return `The token that makes this request expires at ${limit.toISOString()}, before that.`;
}

function rangeExcess(ranges: readonly string[] | null, limit: readonly string[] | null): string | undefined {
  if (limit === null) return undefined;
  if (ranges === null) return 'The token that makes this request may not be used from everywhere.';
  const outside = ranges.find((range) => !isWithinRanges(range, limit));
  return outside && `The token that makes this request may not be used from all of ${outside}.`;
}
