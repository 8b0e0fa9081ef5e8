import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditLog } from '../audit/audit-log.js';
import { clientOf } from '../access/client.js';
import { rateLimitHeaders } from '../common/standing.js';
import { ACCESS, type Access } from '../access/access.decorator.js';
import {
  expiryHeader,
  InsufficientScopeProblem,
  MissingCredentialsProblem,
  SessionRequiredProblem,
} from '../access/access.errors.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from '../access/principal.js';
import { noteMissingScope } from './missing-scope.js';
import { missingScope } from '../access/scopes.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;
/** Passport's types know only Express. */
type Middleware = (request: FastifyRequest, reply: FastifyReply, next: (error?: Error) => void) => void;

/**
 * Secure by default: every route but the public ones needs a principal, and one that may do what the route
 * declares.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  /** Reading it anew for every request would cost a tenth of the request. */
  private readonly known = new Map<Controller, Map<Handler, Access>>();
  private readonly askStrategies: Middleware;

  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditLog,
    authenticator: Authenticator,
  ) {
    // Asked in this order; the bearer strategy has the last word on a request with an Authorization header.
    this.askStrategies = authenticator.authenticate(['bearer', 'session-cookie'], {
      assignProperty: 'user',
      authInfo: false,
      failWithError: true,
    }) as Middleware;
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.accessOf(context.getHandler(), context.getClass());
    if (access.kind === 'public') return true;
    const http = context.switchToHttp();
    return this.admit(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), access);
  }

  private accessOf(handler: Handler, controller: Controller): Access {
    const known = this.known.get(controller)?.get(handler);
    if (known !== undefined) return known;
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]);
    if (access === undefined) throw new Error(`The route of ${handler.name} declares no access.`);
    this.known.set(
      controller,
      (this.known.get(controller) ?? new Map<Handler, Access>()).set(handler, access),
    );
    return access;
  }

  private async admit(request: FastifyRequest, reply: FastifyReply, access: Restricted): Promise<boolean> {
    await this.authenticate(request, reply);
    tellLimits(request.user, reply);
    this.authorize(request, access);
    return true;
  }

  /** @throws Problem where this principal may not */
  private authorize(request: FastifyRequest, access: Restricted): void {
    const principal = request.user;
    if (principal === undefined) throw new MissingCredentialsProblem();
    switch (access.kind) {
      case 'session':
        if (principal.credential.kind !== 'session') throw new SessionRequiredProblem();
        return;
      case 'scopes':
      case 'any-scope': {
        const missing = lack(principal, access);
        if (missing === undefined) return;
        noteMissingScope(this.audit, principal, missing, clientOf(request));
        throw new InsufficientScopeProblem(missing);
      }
      default:
        access satisfies never;
    }
  }

  private authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return new Promise((resolve, reject) => {
      this.askStrategies(request, reply, (error) => {
        if (error === undefined) resolve();
        else reject(problemOf(error));
      });
    });
  }
}

type Restricted = Exclude<Access, { kind: 'public' }>;
type Scoped = Extract<Access, { scopes: unknown }>;

/**
 * Passport's own error, and that alone, says that no strategy found anything to judge. Whatever else went
 * wrong is no word about the credentials and must not become a 401.
 */
const problemOf = (error: Error): Error =>
  error.name === 'AuthenticationError' ? new MissingCredentialsProblem() : error;

/** The scope to ask for where those granted are not enough. */
function lack({ scopes: granted }: Principal, { kind, scopes }: Scoped): string | undefined {
  const missing = scopes.filter((scope) => missingScope(granted, [scope]) !== undefined);
  return kind === 'scopes' || missing.length === scopes.length ? missing[0] : undefined;
}

/** Before anything can fail, so that errors carry it, too. */
function tellLimits(principal: Principal | undefined, reply: FastifyReply): void {
  const { credential, standing } = principal ?? {};
  if (standing !== undefined) void reply.headers(rateLimitHeaders(standing));
  if (credential?.kind === 'token' && credential.expiresAt !== null) {
    void reply.headers(expiryHeader(credential.expiresAt));
  }
}
