/** All characters that HTTP allows in a header's name, but letters, digits and the hyphen. CGI makes `_` of each. */
const OTHERS = "! # $ % & ' * + . ^ _ ` | ~".split(' ');

/** Headers that a client would like to be believed. */
export const FORGED_IDENTITY: readonly (readonly [string, string])[] = [
  ['X-Auth-User-Id', '2'],
  ['X-Auth-User-Id', '3'],
  ['x-auth-user-email', 'root@example.com'],
  ['X-AUTH-USER-NAME', 'Root'],
  ['x-Auth-Token-Id', '4'],
  ['X-Auth-Scopes', '*'],
  ['X-Auth-Scopes', 'tokens:introspect'],
  ...OTHERS.flatMap((other) => [
    [`X${other}Auth${other}User${other}Id`, '5'] as const,
    [`x-auth${other}scopes`, '*'] as const,
    [`X${other}Auth-User-Name`, '6'] as const,
  ]),
];

/** Lists of what concerns one connection only. A gateway that believes them removes what it has just said itself. */
export const HOP_BY_HOP: readonly (readonly (readonly [string, string])[])[] = [
  [['Connection', 'close, X-Auth-User-Id']],
  [
    ['Connection', 'X-Auth-User-Id, X-Auth-User-Email'],
    ['connection', 'keep-alive,x-auth-user-name,X-AUTH-SCOPES , x-auth-token-id'],
  ],
  [['Connection', 'Authorization, X-Forwarded-For, X-Original-URI, X-Original-Method, User-Agent, Cookie']],
  [
    ['Connection', 'Upgrade, X-Auth-User-Id, HTTP2-Settings'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA'],
  ],
  [
    ['Proxy-Connection', 'X-Auth-User-Id'],
    ['Keep-Alive', 'X-Auth-User-Id'],
    ['Connection', 'Keep-Alive, TE'],
    ['TE', 'trailers, X-Auth-User-Id'],
  ],
];

/** Lines in a head that are no headers at all, and that some parser might read as one. */
export const BROKEN_HEADERS = [
  'X-Auth-User-Id : 9',
  'X-Auth-User-Id\t: 9',
  ' X-Auth-User-Id: 9',
  'X-Other: 1\r\n X-Auth-User-Id: 9',
  'X Auth User Id: 9',
  'X-Auth-User-Id\0: 9',
  'X\x0bAuth-User-Id: 9',
  'X"Auth"User"Id: 9',
  'X(Auth)User/Id: 9',
  'X@Auth@User@Id: 9',
  'X\xa0Auth\xa0User\xa0Id: 9',
  ': 9\r\nX-Auth-User-Id',
  'X-Other: 1\rX-Auth-User-Id: 9',
  'X-Other: 1\nX-Auth-User-Id: 9',
];

/** Headers that gateways tell Latchkey the original request with, or from which services read another path. */
export const FORGED_ORIGIN: readonly (readonly [string, string])[] = [
  ['X-Original-Method', 'FORGED'],
  ['x-original-uri', '/forged'],
  ['X-Original-URL', 'http://example.com/forged'],
  ['X-Rewrite-URL', '/forged'],
  ['X-Forwarded-Method', 'FORGED'],
  ['X-Forwarded-Uri', '/forged'],
  ...OTHERS.map((other) => [`X${other}Original${other}URI`, '/forged'] as const),
];
