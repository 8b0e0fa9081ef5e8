import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ACCESS, type Access } from './access.decorator.js';
import {
  InsufficientScopeProblem,
  MissingCredentialsProblem,
  SessionRequiredProblem,
} from './auth.errors.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';
import { missingScope } from './scopes.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;
/** Passport's types know only Express. */
type Middleware = (request: FastifyRequest, reply: FastifyReply, next: (error?: Error) => void) => void;

/**
 * Secure by default: every route but the public ones needs a principal, and one that may do what the route
 * declares.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  /** Reading it anew for every request would cost a tenth of the request. */
  private readonly accessOf = new WeakMap<Handler, Access>();
  private readonly askStrategies: Middleware;

  constructor(
    private readonly reflector: Reflector,
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
    const handler = context.getHandler();
    const access = this.accessOf.get(handler) ?? this.readAccess(handler, context);
    if (access.kind === 'public') return true;
    const http = context.switchToHttp();
    return this.admit(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), access);
  }

  private readAccess(handler: Handler, context: ExecutionContext): Access {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      handler,
      context.getClass(),
    ]);
    if (access === undefined) throw new Error(`The route of ${handler.name} declares no access.`);
    this.accessOf.set(handler, access);
    return access;
  }

  private admit(request: FastifyRequest, reply: FastifyReply, access: Restricted): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.askStrategies(request, reply, (error) => {
        const refusal = error === undefined ? refusalOf(request.user, access) : problemOf(error);
        if (refusal === undefined) resolve(true);
        else reject(refusal);
      });
    });
  }
}

type Restricted = Exclude<Access, { kind: 'public' }>;

/**
 * Passport's own error, and that alone, says that no strategy found anything to judge. Whatever else went
 * wrong is no word about the credentials and must not become a 401.
 */
const problemOf = (error: Error): Error =>
  error.name === 'AuthenticationError' ? new MissingCredentialsProblem() : error;

/** Why this principal may not, or undefined if it may. */
function refusalOf(principal: Principal | undefined, access: Restricted): Error | undefined {
  if (principal === undefined) return new MissingCredentialsProblem();
  switch (access.kind) {
    case 'session':
      return principal.credential.kind === 'session' ? undefined : new SessionRequiredProblem();
    case 'scopes': {
      const missing = missingScope(principal.scopes, access.scopes);
      return missing === undefined ? undefined : new InsufficientScopeProblem(missing);
    }
    default:
      return access satisfies never;
  }
}
