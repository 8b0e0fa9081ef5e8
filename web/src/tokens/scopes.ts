export const EVERYTHING = '*';

/** What the service's own scopes let a token do. */
export const KNOWN_SCOPES: ReadonlyMap<string, string> = new Map([
  ['user:read', 'See your name, your email address and your security log'],
  ['tokens:read', 'See your tokens'],
  ['tokens:write', 'Create, change, rotate and delete your tokens'],
  ['tokens:rotate', 'Rotate itself'],
]);

export const meaningOf = (scope: string): string =>
  scope === EVERYTHING
    ? 'Everything you may do'
    : (KNOWN_SCOPES.get(scope) ?? 'Means something to another service');
