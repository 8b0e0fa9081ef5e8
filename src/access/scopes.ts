/** Scopes this service's own routes ask for. Operators' services define more. */
export const OWN_SCOPES = [
  'user:read',
  'tokens:read',
  'tokens:write',
  'tokens:rotate',
  'tokens:introspect',
] as const;
export type OwnScope = (typeof OWN_SCOPES)[number];

/** Everything that its user may do. A session has it, and so has a token for which nobody chose scopes. */
export const EVERYTHING = '*';

/** Only an operator grants these, by name: no `*` covers them. */
export const OPERATOR_SCOPES: ReadonlySet<string> = new Set<OwnScope>(['tokens:introspect']);

export const MAX_SCOPE_LENGTH = 100;

const FORM = /^[a-z][a-z0-9_-]*(:[a-z0-9_-]+|:\*)*$/;

/** Whether a text has the form of a scope: `*`, `projects`, `projects:read`, `projects:*`. */
export const isScope = (text: string): boolean =>
  text === EVERYTHING || (text.length <= MAX_SCOPE_LENGTH && FORM.test(text));
