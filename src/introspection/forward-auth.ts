import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditLog } from '../audit/audit-log.js';
import {
  expiryHeader,
  InsufficientScopeProblem,
  InvalidRequestProblem,
  MissingCredentialsProblem,
} from '../access/access.errors.js';
import type { TokenPrincipal } from '../access/principal.js';
import { noteMissingScope } from '../auth/missing-scope.js';
import { isScope, missingScope } from '../access/scopes.js';
import { clientOf } from '../access/client.js';
import { Problem } from '../common/problem.js';
import { rateLimitHeaders } from '../common/standing.js';
import { presentedToken } from '../tokens/authorization-header.js';
import { refusalProblem } from '../tokens/verification/token-refusal.js';
import { BearerLimits } from '../tokens/bearer-limits.js';
import { TokenVerifier } from '../tokens/verification/token-verifier.js';
import { VERIFY_PATH } from './forwarded-request.js';
import { identityHeaders } from './identity-headers.js';

/** The gateway's question makes no sense: nobody gets in until its operator has mended it. */
export class GatewayQuestionProblem extends Problem {
  constructor(detail: string) {
    super(403, 'gateway_question', detail);
  }
}

const NO_SCOPES: readonly string[] = [];

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
    const required = requiredScopes(request);
    const client = clientOf(request);
    const verification = await this.verifier.verify(token, client);
    if (!verification.ok) throw refusalProblem(verification);
    const { principal } = verification;
    const { expiresAt, rateLimit } = principal.credential;
    request.user = principal;
    if (rateLimit !== null) await this.count(principal, reply);
    if (expiresAt !== null) void reply.headers(expiryHeader(expiresAt));
    const missing = missingScope(principal.scopes, required);
    if (missing !== undefined) {
      noteMissingScope(this.audit, principal, missing, client);
      throw new InsufficientScopeProblem(missing);
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
 * @throws GatewayQuestionProblem
 */
function requiredScopes(request: FastifyRequest): readonly string[] {
  const { originalUrl } = request;
  const at = originalUrl.indexOf('?');
  if (at < 0) return NO_SCOPES;
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
