import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expiryHeader, InvalidRequestProblem, MissingCredentialsProblem } from '../access/access.errors.js';
import { authorize } from '../access/authorize.js';
import { clientOf, type TokenIdentity } from '../access/principal.js';
import { isScope } from '../access/scopes.js';
import { AuditLog } from '../audit/audit-log.js';
import { Problem } from '../common/problem.js';
import { rateLimitHeaders } from '../common/standing.js';
import { BearerLimits } from '../tokens/bearer-limits.js';
import { presentedToken } from '../tokens/bearer.strategy.js';
import { refusalProblem } from '../tokens/verification/token-refusal.js';
import { TokenVerifier } from '../tokens/verification/token-verifier.js';
import { VERIFY_PATH } from './forwarded-request.js';

/** The gateway is configured wrongly. Nobody gets in until its operator has corrected that. */
export class GatewayQuestionProblem extends Problem {
  constructor(detail: string) {
    super('gateway_question', detail);
  }
}

/** Answers gateways: may this request pass? */
@Injectable()
export class ForwardAuth {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly audit: AuditLog,
    private readonly limits: BearerLimits,
  ) {}

  /**
   * Lets a request pass, and says in the headers whose it is.
   * @throws Problem 401, 403 or 503, and 429 for a token that exceeds its own rate limit; no other status, because
   * gateways might not take it for a refusal
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = tokenOf(request);
    const scopes = requiredScopes(request);
    const client = clientOf(request);
    const verification = await this.verifier.verify(token, client);
    if (!verification.ok) throw refusalProblem(verification);
    const { principal } = verification;
    const { id, expiresAt, rateLimit } = principal.credential;
    request.user = principal;
    if (rateLimit !== null) void reply.headers(rateLimitHeaders(await this.limits.use(id, rateLimit)));
    if (expiresAt !== null) void reply.headers(expiryHeader(expiresAt));
    if (scopes !== undefined) {
      authorize(principal, { kind: 'scopes', scopes }, (missing) => {
        this.audit.missingScope(principal, missing, client);
      });
    }
    return reply.headers(identityHeaders(principal)).send();
  }
}

/** @throws Problem 401 unless there is one token in the right place; never 400, which nginx takes for a failure */
function tokenOf(request: FastifyRequest): string {
  try {
    const token = presentedToken(request);
    if (token !== undefined) return token;
  } catch (error) {
    if (error instanceof InvalidRequestProblem) throw new InvalidRequestProblem(error.detail, 401);
    throw error;
  }
  throw new MissingCredentialsProblem('Send a token');
}

/** More than a token has. */
const MAX_SCOPES = 50;

/**
 * `?scope=a&scope=b`, or `?scope=a+b`.
 * @returns undefined if the gateway asks for no scope
 * @throws GatewayQuestionProblem
 */
function requiredScopes(request: FastifyRequest): readonly string[] | undefined {
  const { originalUrl } = request;
  const at = originalUrl.indexOf('?');
  if (at < 0) return undefined;
  const { scope = [], ...others } = request.query as Record<string, string | string[]>;
  // If the path is longer than ours, the other parameters are those of the original request.
  const [unknown] = at === VERIFY_PATH.length ? Object.keys(others) : [];
  if (unknown !== undefined) {
    throw new GatewayQuestionProblem('The gateway may ask for scopes with ?scope=, and for nothing else.');
  }
  const scopes = [scope].flat().flatMap((text) => text.split(' '));
  if (scopes.length > MAX_SCOPES)
    throw new GatewayQuestionProblem(`The gateway asks for more than ${MAX_SCOPES} scopes.`);
  if (scopes.every(isScope)) return scopes;
  throw new GatewayQuestionProblem('The gateway asks for a scope that is none.');
}

/** The characters of a scope (RFC 6749 section 3.3). A space is not one of them: it separates scopes. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Scopes as one text, separated by spaces. A table that was moved here from another application may contain scopes
 * that RFC 6749 does not allow. They are left out, because one with a space in it would read as two.
 */
export const scopeText = (scopes: readonly string[]): string =>
  scopes.filter((scope) => SCOPE_TOKEN.test(scope)).join(' ');

/** Printable ASCII, except the percent sign. */
const PLAIN = /^[\x20-\x24\x26-\x7e]*$/;

/** A text as a header's value: UTF-8, in which all but printable ASCII is percent-escaped (RFC 3986 section 2.1). */
const headerText = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text.toWellFormed().replace(/[^\x20-\x24\x26-\x7e]+/g, (part) => encodeURIComponent(part));

/**
 * Tells the service behind the gateway whose request it is. Every 200 has all of these headers. If one were missing,
 * a gateway that copies only the headers it finds would pass on a header that the client has forged.
 */
const identityHeaders = ({ user, scopes, credential }: TokenIdentity) => ({
  'x-auth-user-id': String(user.id),
  'x-auth-user-email': headerText(user.email),
  'x-auth-user-name': headerText(user.name),
  'x-auth-token-id': String(credential.id),
  'x-auth-scopes': scopeText(scopes),
});
