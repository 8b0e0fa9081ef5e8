import { InsufficientScopeProblem, SessionRequiredProblem } from './access.errors.js';
import type { Identity } from './principal.js';
import { EVERYTHING, OPERATOR_SCOPES } from './scopes.js';

/** Who may call a route. Every route declares one; the guard refuses to serve a route without. */
export type Access = { readonly kind: 'public' } | RestrictedAccess;

/** What a principal must have. */
export type RestrictedAccess =
  | { readonly kind: 'session' }
  | { readonly kind: 'scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'any-scope'; readonly scopes: readonly string[] };

/**
 * The one place that decides whether a principal may do something.
 * @param refused is told which scope the principal lacks, before it is refused
 * @throws SessionRequiredProblem, InsufficientScopeProblem
 */
export function authorize(
  { credential, scopes: granted }: Identity,
  access: RestrictedAccess,
  refused: (missing: string) => void,
): void {
  if (access.kind === 'session') {
    if (credential.kind !== 'session') throw new SessionRequiredProblem();
    return;
  }
  const { kind, scopes } = access;
  const missing = kind === 'scopes' ? missingScope(granted, scopes) : missingOfAny(granted, scopes);
  if (missing === undefined) return;
  refused(missing);
  throw new InsufficientScopeProblem(missing);
}

/** The first required scope that nothing granted covers. */
export const missingScope = (granted: readonly string[], required: readonly string[]): string | undefined =>
  required.find((scope) => !granted.some((grant) => covers(grant, scope)));

/** The first of the scopes, where nothing granted covers any of them. */
const missingOfAny = (granted: readonly string[], scopes: readonly string[]): string | undefined =>
  scopes.some((scope) => missingScope(granted, [scope]) === undefined) ? undefined : scopes[0];

/** Whether one granted scope includes a required one: `projects:*` covers `projects:read`. */
function covers(granted: string, required: string): boolean {
  if (granted === required) return true;
  if (OPERATOR_SCOPES.has(required)) return false;
  if (granted === EVERYTHING) return true;
  return granted.endsWith(':*') && required.startsWith(granted.slice(0, -1));
}
