import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expiryHeader, InvalidRequestProblem, MissingCredentialsProblem } from '../access/access.errors.js';
import { authorize } from '../access/authorize.js';
import { clientOf, type TokenPrincipal } from '../access/principal.js';
import { isScope } from '../access/scopes.js';
import { AuditLog } from '../audit/audit-log.js';
import { Problem } from '../common/problem.js';
import { rateLimitHeaders } from '../common/standing.js';
import { BearerLimits } from '../tokens/bearer-limits.js';
import { presentedToken } from '../tokens/bearer.strategy.js';
import { refusalProblem } from '../tokens/verification/token-refusal.js';
import { TokenVerifier } from '../tokens/verification/token-verifier.js';
import { VERIFY_PATH } from './forwarded-request.js';

/** The gateway's question makes no sense: nobody gets in until its operator has mended it. */
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
   * Lets a request pass, with who it is in the headers.
   * @throws Problem 401, 403 or 503, and 429 for a token that is over its own limit; nothing else that a gateway
   * might not take for a refusal
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = tokenOf(request);
    const scopes = requiredScopes(request);
    const client = clientOf(request);
    const verification = await this.verifier.verify(token, client);
    if (!verification.ok) throw refusalProblem(verification);
    const { principal } = verification;
    const { expiresAt, rateLimit } = principal.credential;
    request.user = principal;
    if (rateLimit !== null) await this.count(principal, reply);
    if (expiresAt !== null) void reply.headers(expiryHeader(expiresAt));
    if (scopes !== undefined) {
      authorize(principal, { kind: 'scopes', scopes }, (missing) => {
        this.audit.missingScope(principal, missing, client);
      });
    }
    return reply.headers(identityHeaders(principal)).send();
  }

  /** @throws RateLimitedProblem */
  private async count(principal: TokenPrincipal, reply: FastifyReply): Promise<void> {
    const standing = await this.limits.use(principal);
    if (standing !== undefined) void reply.headers(rateLimitHeaders(standing));
  }
}

/** @throws Problem 401 where there is no single token in the right place: nginx takes a 400 for a breakdown */
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

/**
 * `?scope=a&scope=b`, or `?scope=a+b`.
 * @returns undefined where the gateway asks for none
 * @throws GatewayQuestionProblem
 */
function requiredScopes(request: FastifyRequest): readonly string[] | undefined {
  const { originalUrl } = request;
  const at = originalUrl.indexOf('?');
  if (at < 0) return undefined;
  const { scope = [], ...others } = request.query as Record<string, string | string[]>;
  // Under a longer path, the rest of the query is that of the original request.
  const [unknown] = at === VERIFY_PATH.length ? Object.keys(others) : [];
  if (unknown !== undefined) {
    throw new GatewayQuestionProblem('The gateway may ask for scopes with ?scope=, and for nothing else.');
  }
  const scopes = [scope].flat().flatMap((text) => text.split(' '));
  if (scopes.every(isScope)) return scopes;
  throw new GatewayQuestionProblem('The gateway asks for a scope that is none.');
}

/** All that a scope may consist of, so that a list of them can be taken apart (RFC 6749 section 3.3). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Scopes as one text, separated by spaces. What a table of another application brought along and is no scope by
 * RFC 6749 is left out: with a space in it, it would read as two.
 */
export const scopeText = (scopes: readonly string[]): string =>
  scopes.filter((scope) => SCOPE_TOKEN.test(scope)).join(' ');

/** Printable ASCII but the percent sign. */
const PLAIN = /^[\x20-\x24\x26-\x7e]*$/;

/** A text as a header's value: UTF-8, with percent escapes for all but printable ASCII (RFC 3986 section 2.1). */
const headerText = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text.toWellFormed().replace(/[^\x20-\x24\x26-\x7e]+/g, (part) => encodeURIComponent(part));

/**
 * Who it is, for the service behind the gateway. Every header is on every 200: a gateway that copies only what it
 * finds would otherwise let one of the client's own through.
 */
const identityHeaders = ({ user, scopes, credential }: TokenPrincipal) => ({
  'x-auth-user-id': String(user.id),
  'x-auth-user-email': headerText(user.email),
  'x-auth-user-name': headerText(user.name),
  'x-auth-token-id': String(credential.id),
  'x-auth-scopes': scopeText(scopes),
});
