import { OPERATOR_SCOPES, isScope, MAX_SCOPE_LENGTH } from '../access/scopes.js';
import { canonicalRange } from '../common/address.js';
import { parseTimestamp } from './timestamp.js';

/** Each function says what is wrong with a field, in words for a person. It returns undefined for a good value. */

export const MAX_SCOPES = 50;
export const MAX_RANGES = 50;
/** Requests in a minute. */
export const MAX_RATE = 1_000_000;

/** @param isOperator whether an operator asks, who may grant more scopes */
export function scopesFault(value: unknown, isOperator = false): string | undefined {
  if (!isListOfTexts(value)) return 'Scopes must be an array of strings.';
  if (value.length === 0) return 'Scopes must not be empty. Leave them out for the default.';
  if (value.length > MAX_SCOPES) return `Scopes must be at most ${MAX_SCOPES}.`;
  const forbidden = value.find((scope) => OPERATOR_SCOPES.has(scope));
  if (forbidden !== undefined && !isOperator) return `Only an operator can grant the scope ${forbidden}.`;
  const wrong = value.findIndex((scope) => !isScope(scope));
  if (wrong < 0) return undefined;
  return `Scope ${wrong + 1} must be * or lower-case words such as projects:read or projects:*, at most ${MAX_SCOPE_LENGTH} characters.`;
}

export function expiryFault(value: unknown): string | undefined {
  if (typeof value === 'string' && parseTimestamp(value) !== undefined) return undefined;
  return 'Expiry must be a date and time with its time zone, such as 2030-01-31T12:00:00Z, or null for never.';
}

export function rangesFault(value: unknown): string | undefined {
  if (!isListOfTexts(value)) return 'Address ranges must be an array of strings, or null for anywhere.';
  if (value.length === 0)
    return 'Address ranges must not be empty, which would be nowhere. Send null for anywhere.';
  if (value.length > MAX_RANGES) return `Address ranges must be at most ${MAX_RANGES}.`;
  const wrong = value.findIndex((range) => canonicalRange(range) === undefined);
  if (wrong < 0) return undefined;
  return `Address range ${wrong + 1} must be an IP address or a CIDR range, such as 192.0.2.7 or 2001:db8::/32.`;
}

export function rateFault(value: unknown): string | undefined {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_RATE) return undefined;
  return `Rate limit must be a whole number of requests a minute, from 1 to ${MAX_RATE}, or null for no limit.`;
}

const isListOfTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
