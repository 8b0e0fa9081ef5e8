const EVERYTHING = '*';

/** Only an operator grants these, by name; no wildcard includes them. */
const OPERATOR_ONLY = ['tokens:introspect'];

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export const isScope = (text: string): boolean => SCOPE.test(text);

/** Whether one granted scope includes a required one: `projects:*` covers `projects:read`, not `projects`. */
export function covers(granted: string, required: string): boolean {
  if (granted === required) return true;
  if (OPERATOR_ONLY.includes(required)) return false;
  if (granted === EVERYTHING) return true;
  return granted.endsWith(':*') && required.startsWith(granted.slice(0, -1));
}

/** Whether the scopes granted to a token include a required one, by the rules of Latchkey. */
export const hasScope = (granted: readonly string[], required: string): boolean =>
  granted.some((scope) => covers(scope, required));

/** The first required scope that nothing granted covers. */
export const missingScope = (granted: readonly string[], required: readonly string[]): string | undefined =>
  required.find((scope) => !hasScope(granted, scope));
