import { describe, expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../common/problem.js';
import { presentedToken } from './bearer.strategy.js';

interface Parts {
  readonly authorization?: string;
  /** All headers as they came, names at even places. */
  readonly rawHeaders?: readonly string[];
  readonly query?: unknown;
  readonly body?: unknown;
}

function requestWith({ authorization, rawHeaders, query = {}, body }: Parts): FastifyRequest {
  const raw = rawHeaders ?? (authorization === undefined ? [] : ['Authorization', authorization]);
  return { headers: { authorization }, raw: { rawHeaders: raw }, query, body } as unknown as FastifyRequest;
}

/** The code of the problem, or what was found. */
function outcomeOf(parts: Parts): string | undefined {
  try {
    return presentedToken(requestWith(parts));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `${error.status} ${error.code}`;
  }
}

describe('presentedToken', () => {
  test.each([
    ['Bearer 1|abc', '1|abc'],
    ['bearer 1|abc', '1|abc'],
    ['BEARER 1|abc', '1|abc'],
    ['Bearer     1|abc', '1|abc'],
    ['Bearer anything-at-all', 'anything-at-all'],
    ['Bearer Bearer', 'Bearer'],
  ])('finds the token in %j', (authorization, token) => {
    expect(outcomeOf({ authorization })).toBe(token);
  });

  test('finds none in a request without the header', () => {
    expect(outcomeOf({})).toBeUndefined();
  });

  test.each([
    '',
    'Basic dXNlcjpwYXNz',
    'Bearer1|abc',
    'Bearer:1|abc',
    'Bearer,1|abc',
    'Token 1|abc',
    '1|abc',
    'XBearer 1|abc',
    ' Bearer 1|abc',
  ])('401 without an error for %j: no bearer token was shown', (authorization) => {
    expect(outcomeOf({ authorization })).toBe('401 unauthorized');
  });

  test('401 for the scheme alone: an empty token is a wrong one', () => {
    expect(outcomeOf({ authorization: 'Bearer' })).toBe('401 invalid_token');
    expect(outcomeOf({ authorization: 'bearer' })).toBe('401 invalid_token');
  });

  test.each([
    'Bearer\t1|abc',
    'Bearer \t1|abc',
    'Bearer\t 1|abc',
    'Bearer 1|abc ',
    'Bearer 1|abc def',
    'Bearer 1|abc\tdef',
    'Bearer 1|abc, Bearer 2|def',
    'Bearer\n1|abc',
  ])('400 for %j', (authorization) => {
    expect(outcomeOf({ authorization })).toBe('400 invalid_request');
  });

  test.each([
    [['Authorization', 'Bearer 1|a', 'Authorization', 'Bearer 1|a']],
    [['Authorization', 'Bearer 1|a', 'authorization', 'Bearer 2|b']],
    [['Host', 'x', 'AUTHORIZATION', 'Bearer 1|a', 'Accept', '*/*', 'Authorization', 'Basic x']],
  ])('400 for two headers: %j', (rawHeaders) => {
    expect(outcomeOf({ authorization: 'Bearer 1|a', rawHeaders })).toBe('400 invalid_request');
  });

  test('one header is one, even where other headers speak of authorization', () => {
    const rawHeaders = ['X-Name', 'Authorization', 'Authorization', 'Bearer 1|a', 'Accept', 'authorization'];
    expect(outcomeOf({ authorization: 'Bearer 1|a', rawHeaders })).toBe('1|a');
  });

  test.each([
    ['the query', { query: { access_token: '1|abc' } }],
    ['the query, empty', { query: { access_token: '' } }],
    ['the query, twice', { query: { access_token: ['1|abc', '2|def'] } }],
    ['the body', { body: { access_token: '1|abc' } }],
    ['the body, not even text', { body: { access_token: null } }],
  ])('400 for a token in %s, with a good header or without', (_, parts) => {
    expect(outcomeOf(parts)).toBe('400 invalid_request');
    expect(outcomeOf({ ...parts, authorization: 'Bearer 1|abc' })).toBe('400 invalid_request');
  });

  test.each([
    ['a name like it', { query: { Access_Token: 'x', 'access_token[]': 'x' } }],
    ['an inherited one', { query: Object.create({ access_token: 'x' }) as unknown }],
    ['a body that is text', { body: 'access_token=1|abc' }],
    ['no body', { body: null }],
  ])('is not alarmed by %s', (_, parts) => {
    expect(outcomeOf({ ...parts, authorization: 'Bearer 1|abc' })).toBe('1|abc');
  });
});
