import { describe, expect, test } from '@jest/globals';
import { missingScope } from './authorize.js';
import { isScope, OPERATOR_SCOPES } from './scopes.js';

describe('isScope', () => {
  test.each([
    '*',
    'projects',
    'user:read',
    'projects:*',
    'a',
    'a-b_c9:0:_-',
    'projects:*:read',
    `a:${'b'.repeat(98)}`,
  ])('%s has the form of a scope', (text) => {
    expect(isScope(text)).toBe(true);
  });

  test.each([
    '',
    ' ',
    '**',
    ':',
    ':read',
    'user:',
    'user::read',
    'User:read',
    'user:Read',
    'user read',
    'user:read ',
    'user:read\n',
    '9user',
    '-user',
    'user*',
    'user:r*',
    '*:read',
    'usér:read',
    `a:${'b'.repeat(99)}`,
  ])('%j has not', (text) => {
    expect(isScope(text)).toBe(false);
  });
});

describe('OPERATOR_SCOPES', () => {
  test('is about introspection, and nothing else', () => {
    expect(
      ['tokens:introspect', 'tokens:write', '*', 'tokens:*'].filter((scope) => OPERATOR_SCOPES.has(scope)),
    ).toEqual(['tokens:introspect']);
  });
});

describe('a granted scope covers', () => {
  test.each([
    ['user:read', 'user:read'],
    ['*', 'user:read'],
    ['*', 'tokens:write'],
    ['*', 'projects:read'],
    ['*', 'projects'],
    ['*', 'projects:*'],
    ['*', '*'],
    ['projects', 'projects'],
    ['projects:*', 'projects:read'],
    ['projects:*', 'projects:read:all'],
    ['projects:*', 'projects:*'],
    ['projects:read:*', 'projects:read:all'],
    ['tokens:*', 'tokens:read'],
    ['tokens:introspect', 'tokens:introspect'],
  ])('%s covers %s', (granted, required) => {
    expect(missingScope([granted], [required])).toBeUndefined();
  });

  test.each([
    ['user:read', 'user:write'],
    ['user:read', 'user:read:all'],
    ['user:read', 'user'],
    ['user', 'user:read'],
    ['User:read', 'user:read'],
    ['projects:*', 'projectsx:read'],
    ['projects:*', 'projects'],
    ['projects:*', 'project:read'],
    ['projects:*', 'my:projects:read'],
    ['projects:*', '*'],
    ['projects:read:*', 'projects:read'],
    ['projects:read:*', 'projects:write'],
    // Only an operator grants it, by its name.
    ['*', 'tokens:introspect'],
    ['tokens:*', 'tokens:introspect'],
    // These are no scopes, and so grant nothing.
    ['', 'user:read'],
    [':*', 'user:read'],
    ['user*', 'user:read'],
    ['*:read', 'user:read'],
    ['us.r:read', 'user:read'],
  ])('%s does not cover %s', (granted, required) => {
    expect(missingScope([granted], [required])).toBe(required);
  });
});

describe('of several required scopes', () => {
  test('each may be covered by another grant', () => {
    expect(missingScope(['tokens:read', 'user:*'], ['user:read', 'tokens:read'])).toBeUndefined();
  });

  test('the first that is not covered is named', () => {
    expect(missingScope(['user:read'], ['user:read', 'tokens:write', 'tokens:read'])).toBe('tokens:write');
  });

  test('none required is always covered, and nothing granted covers none', () => {
    expect(missingScope([], [])).toBeUndefined();
    expect(missingScope([], ['user:read'])).toBe('user:read');
  });
});
