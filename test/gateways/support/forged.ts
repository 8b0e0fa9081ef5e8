/** Headers that a client would like to be believed. */
export const FORGED_IDENTITY: readonly (readonly [string, string])[] = [
  ['X-Auth-User-Id', '2'],
  ['X-Auth-User-Id', '3'],
  ['x-auth-user-email', 'root@example.com'],
  ['X-AUTH-USER-NAME', 'Root'],
  ['x-Auth-Token-Id', '4'],
  ['X-Auth-Scopes', '*'],
  ['X-Auth-Scopes', 'tokens:introspect'],
  ['X_Auth_User_Id', '5'],
  ['X_AUTH_SCOPES', '*'],
  ['X-Auth_User-Id', '6'],
];

/** Headers that gateways tell Latchkey the original request with. */
export const FORGED_ORIGIN: readonly (readonly [string, string])[] = [
  ['X-Original-Method', 'FORGED'],
  ['x-original-uri', '/forged'],
  ['X-Original-URL', 'http://example.com/forged'],
  ['X-Forwarded-Method', 'FORGED'],
  ['X-Forwarded-Uri', '/forged'],
  ['X_Original_URI', '/forged'],
];
