import type { FastifyRequest } from 'fastify';
import {
  InvalidRequestProblem,
  InvalidTokenProblem,
  MissingCredentialsProblem,
} from '../access/access.errors.js';

/** RFC 6750's other two places for a token; neither is a credential here. */
const ELSEWHERE = 'access_token';

/**
 * The token a request presents in its Authorization header (RFC 6750 section 2.1, RFC 9110 section 11.6.2).
 * @returns undefined for a request without that header
 * @throws Problem 400 or 401 for a header that holds no single bearer token
 */
export function presentedToken(request: FastifyRequest): string | undefined {
  if (has(request.query, ELSEWHERE) || has(request.body, ELSEWHERE)) {
    throw new InvalidRequestProblem('Send the token in the Authorization header, nowhere else.');
  }
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  if (countAuthorizationHeaders(request.raw.rawHeaders) > 1) {
    throw new InvalidRequestProblem('Send one Authorization header.');
  }
  const [, token] = /^bearer +(\S+)$/i.exec(header) ?? [];
  if (token !== undefined) return token;
  if (/^bearer$/i.test(header)) throw new InvalidTokenProblem();
  if (/^bearer\s/i.test(header)) {
    throw new InvalidRequestProblem(
      'The Authorization header must be the word Bearer, a space and the token.',
    );
  }
  throw new MissingCredentialsProblem();
}

const NAME = 'authorization';

const has = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key);

/** Node keeps only the first of several; the raw list holds names at even places. */
function countAuthorizationHeaders(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === NAME.length && name.toLowerCase() === NAME) count += 1;
  }
  return count;
}
