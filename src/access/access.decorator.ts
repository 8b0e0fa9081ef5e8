import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiCookieAuth, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../common/problem.decorator.js';
import type { Principal } from './principal.js';
import { isOperatorOnly, type OwnScope } from './scopes.js';

/** Who may call a route. Every route declares one; the guard refuses to serve a route without. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'session' }
  | { readonly kind: 'scopes'; readonly scopes: readonly OwnScope[] }
  | { readonly kind: 'any-scope'; readonly scopes: readonly [OwnScope, ...OwnScope[]] };

export const ACCESS = 'latchkey:access';

const declareAccess = (access: Access) => SetMetadata(ACCESS, access);

/** Anybody, with or without credentials. */
export const Public = () => declareAccess({ kind: 'public' });

/** People only: a token, whatever its scopes, may not. */
export const SessionOnly = () =>
  applyDecorators(declareAccess({ kind: 'session' }), ApiCookieAuth('session'), ApiProblems(401, 403));

/** A session, or a token with all of these scopes; a token alone where an operator has to grant one of them. */
export const RequireScopes = (...scopes: OwnScope[]) =>
  applyDecorators(
    declareAccess({ kind: 'scopes', scopes }),
    ApiSecurity('bearer', scopes),
    ...(scopes.some(isOperatorOnly) ? [] : [ApiCookieAuth('session')]),
    ApiProblems(400, 401, 403, 429),
  );

/** A session, or a token with at least one of these scopes; the first is the one to ask for. */
export const RequireAnyScope = (...scopes: [OwnScope, ...OwnScope[]]) =>
  applyDecorators(
    declareAccess({ kind: 'any-scope', scopes }),
    ...scopes.map((scope) => ApiSecurity('bearer', [scope])),
    ApiCookieAuth('session'),
    ApiProblems(400, 401, 403, 429),
  );

/** The principal of the request, on a route that is not public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { user } = context.switchToHttp().getRequest<FastifyRequest>();
  if (user === undefined) throw new Error('A public route asked for its principal.');
  return user;
});
