import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from './access.decorator.js';
import {
  InsufficientScopeProblem,
  MissingCredentialsProblem,
  SessionRequiredProblem,
} from './auth.errors.js';
import type { Principal } from './principal.js';
import { missingScope } from './scopes.js';

/**
 * Secure by default: every route but the public ones needs a principal, and one that may do what the route
 * declares. The strategies are asked in this order; the bearer strategy has the last word on any request
 * that carries an Authorization header.
 */
@Injectable()
export class AuthenticationGuard extends AuthGuard(['bearer', 'session-cookie']) {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      handler,
      context.getClass(),
    ]);
    if (access === undefined) throw new Error(`The route of ${handler.name} declares no access.`);
    if (access.kind === 'public') return true;
    await super.canActivate(context);
    authorize(context.switchToHttp().getRequest<FastifyRequest>().user, access);
    return true;
  }

  override handleRequest<T>(error: unknown, principal: T | false | undefined): T {
    if (error instanceof Error) throw error;
    if (!principal) throw new MissingCredentialsProblem();
    return principal;
  }
}

function authorize(principal: Principal | undefined, access: Exclude<Access, { kind: 'public' }>): void {
  if (principal === undefined) throw new MissingCredentialsProblem();
  switch (access.kind) {
    case 'session':
      if (principal.credential.kind !== 'session') throw new SessionRequiredProblem();
      return;
    case 'scopes': {
      const missing = missingScope(principal.scopes, access.scopes);
      if (missing !== undefined) throw new InsufficientScopeProblem(missing);
      return;
    }
    default:
      access satisfies never;
  }
}
