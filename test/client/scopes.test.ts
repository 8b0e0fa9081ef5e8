import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers, hasScope } from '../../client/src/index.js';
import { missingScope } from '../../src/access/authorize.js';

describe('hasScope', () => {
  test.each([
    ['*', 'projects:read', true],
    ['*', 'tokens:introspect', false],
    ['tokens:*', 'tokens:introspect', false],
    ['tokens:introspect', 'tokens:introspect', true],
    ['projects:*', 'projects:read', true],
    ['projects:*', 'projects:read:all', true],
    ['projects:*', 'projects', false],
    ['projects:*', 'projectsx:read', false],
    ['projects:read', 'projects:read:all', false],
    ['projects', 'projects:read', false],
    ['projects:read', 'projects:*', false],
  ])('%s covers %s: %s', (granted, required, expected) => {
    expect(covers(granted, required)).toBe(expected);
    expect(hasScope(['unrelated', granted], required)).toBe(expected);
  });

  test('is false where nothing is granted', () => {
    expect(hasScope([], 'projects:read')).toBe(false);
  });

  test('says the same as Latchkey itself, of any scopes', () => {
    const word = fc.constantFrom('*', 'a', 'ab', 'tokens', 'introspect', 'read');
    const scope = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(':'));
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 3 }), scope, (granted, required) => {
        expect(hasScope(granted, required)).toBe(missingScope(granted, [required]) === undefined);
      }),
    );
  });
});
