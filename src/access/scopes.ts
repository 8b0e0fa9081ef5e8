/** Scopes this service's own routes ask for. Operators' services define more. */
export const OWN_SCOPES = [
  'user:read',
  'tokens:read',
  'tokens:write',
  'tokens:rotate',
  'tokens:introspect',
] as const;
export type OwnScope = (typeof OWN_SCOPES)[number];

/** What a token gets that is made without a choice, and what a session has: everything its user may do. */
export const EVERYTHING = '*';

/** Only an operator grants these, by name. */
const OPERATOR_ONLY = ['tokens:introspect'];

export const MAX_SCOPE_LENGTH = 100;

const FORM = /^[a-z][a-z0-9_-]*(:[a-z0-9_-]+|:\*)*$/;

/** Whether a text has the form of a scope: `*`, `projects`, `projects:read`, `projects:*`. */
export const isScope = (text: string): boolean =>
  text === EVERYTHING || (text.length <= MAX_SCOPE_LENGTH && FORM.test(text));

export const isOperatorOnly = (scope: string): boolean => OPERATOR_ONLY.includes(scope);

/** Whether one granted scope includes a required one: `projects:*` covers `projects:read`. */
function covers(granted: string, required: string): boolean {
  if (granted === required) return true;
  if (isOperatorOnly(required)) return false;
  if (granted === EVERYTHING) return true;
  return granted.endsWith(':*') && required.startsWith(granted.slice(0, -1));
}

/** The first required scope that nothing granted covers. */
export const missingScope = (granted: readonly string[], required: readonly string[]): string | undefined =>
  required.find((scope) => !granted.some((grant) => covers(grant, scope)));
