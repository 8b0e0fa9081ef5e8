import { describe, expect, test } from '@jest/globals';
import { excesses, type Rights } from './ceiling.js';

const rights = (overrides: Partial<Rights> = {}): Rights => ({
  scopes: ['*'],
  expiresAt: null,
  allowedCidrs: null,
  rateLimit: null,
  ...overrides,
});

const fieldsOf = (weaker: Partial<Rights>, ceiling: Partial<Rights>) =>
  excesses(rights(weaker), rights(ceiling)).map(({ field }) => field);

const NOON = new Date('2026-11-23T12:00:00.000Z');
const before = new Date(NOON.getTime() - 1);
const after = new Date(NOON.getTime() + 1);

describe('rights that are no stronger', () => {
  test.each<[Partial<Rights>, Partial<Rights>]>([
    [{}, {}],
    [{ scopes: ['user:read', 'projects:*'] }, {}],
    [{ scopes: [] }, { scopes: [] }],
    [{ scopes: ['projects:read', 'projects:a:*', 'projects:*'] }, { scopes: ['projects:*'] }],
    [{ scopes: ['a', 'b'] }, { scopes: ['b', 'a', 'c'] }],
    [{ expiresAt: NOON }, { expiresAt: NOON }],
    [{ expiresAt: before }, { expiresAt: NOON }],
    [{ expiresAt: NOON }, { expiresAt: null }],
    [{ allowedCidrs: ['192.0.2.0/24'] }, { allowedCidrs: null }],
    [{ allowedCidrs: ['192.0.2.0/24'] }, { allowedCidrs: ['192.0.2.0/24'] }],
    [{ allowedCidrs: ['192.0.2.128/25', '192.0.2.1/32'] }, { allowedCidrs: ['192.0.2.0/24'] }],
    [{ allowedCidrs: ['2001:db8:1::/48', '10.0.0.0/8'] }, { allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'] }],
    [{ allowedCidrs: [] }, { allowedCidrs: ['10.0.0.0/8'] }],
    [{ rateLimit: 60 }, { rateLimit: null }],
    [{ rateLimit: 60 }, { rateLimit: 60 }],
  ])('%j within %j', (weaker, ceiling) => {
    expect(fieldsOf(weaker, ceiling)).toEqual([]);
  });
});

describe('rights that exceed', () => {
  test.each<[Partial<Rights>, Partial<Rights>, string]>([
    [{ scopes: ['*'] }, { scopes: ['user:read'] }, 'scopes'],
    [{ scopes: ['*'] }, { scopes: ['projects:*', 'user:read'] }, 'scopes'],
    [{ scopes: ['projects:*'] }, { scopes: ['projects:read'] }, 'scopes'],
    [{ scopes: ['projects'] }, { scopes: ['projects:*'] }, 'scopes'],
    [{ scopes: ['user:read', 'tokens:write'] }, { scopes: ['user:read'] }, 'scopes'],
    [{ scopes: ['tokens:introspect'] }, { scopes: ['*'] }, 'scopes'],
    [{ scopes: ['tokens:introspect'] }, { scopes: ['tokens:*'] }, 'scopes'],
    [{ scopes: ['user:read'] }, { scopes: [] }, 'scopes'],
    [{ expiresAt: after }, { expiresAt: NOON }, 'expires_at'],
    [{ expiresAt: null }, { expiresAt: NOON }, 'expires_at'],
    [{ allowedCidrs: null }, { allowedCidrs: ['0.0.0.0/0', '::/0'] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['10.0.0.0/8'] }, { allowedCidrs: ['10.0.0.0/9'] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['10.0.0.0/9', '11.0.0.0/9'] }, { allowedCidrs: ['10.0.0.0/8'] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['::/0'] }, { allowedCidrs: ['0.0.0.0/0'] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['192.0.2.0/24'] }, { allowedCidrs: ['::/0'] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['2001:db8::/31'] }, { allowedCidrs: ['2001:db8::/32'] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['192.0.2.0/24'] }, { allowedCidrs: [] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['nonsense'] }, { allowedCidrs: ['0.0.0.0/0'] }, 'allowed_cidrs'],
    [{ allowedCidrs: ['192.0.2.0/24'] }, { allowedCidrs: ['nonsense'] }, 'allowed_cidrs'],
    [{ rateLimit: null }, { rateLimit: 60 }, 'rate_limit'],
    [{ rateLimit: 61 }, { rateLimit: 60 }, 'rate_limit'],
  ])('%j beyond %j in %s', (stronger, ceiling, field) => {
    expect(fieldsOf(stronger, ceiling)).toEqual([field]);
  });

  test('each field that does is named, with what it is', () => {
    const ceiling = { scopes: ['user:read'], expiresAt: NOON, allowedCidrs: ['10.0.0.0/8'], rateLimit: 60 };
    const found = excesses(rights({ scopes: ['user:read', 'a:b'], allowedCidrs: ['192.0.2.0/24'] }), ceiling);
    expect(found.map(({ field }) => field)).toEqual(['scopes', 'expires_at', 'allowed_cidrs', 'rate_limit']);
    expect(found[0]?.detail).toContain('a:b');
    expect(found[1]?.detail).toContain(NOON.toISOString());
    expect(found[2]?.detail).toContain('192.0.2.0/24');
  });
});
