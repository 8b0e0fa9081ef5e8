import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiCookieAuth, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from '../common/problem.decorator.js';
import type { Access } from './authorize.js';
import { OPERATOR_SCOPES, type OwnScope } from './scopes.js';

export const ACCESS = 'latchkey:access';

const declareAccess = (access: Access) => SetMetadata(ACCESS, access);

/** Anybody, with or without credentials. */
export const Public = () => declareAccess({ kind: 'public' });

/** Only people who are signed in. No token may, whatever its scopes. */
export const SessionOnly = () =>
  applyDecorators(declareAccess({ kind: 'session' }), ApiCookieAuth('session'), ApiProblems(401, 403));

/** A session, or a token with all of these scopes. If one of them is an operator's scope, a session is not enough. */
export const RequireScopes = (...scopes: OwnScope[]) =>
  applyDecorators(
    declareAccess({ kind: 'scopes', scopes }),
    ApiSecurity('bearer', scopes),
    ...(scopes.some((scope) => OPERATOR_SCOPES.has(scope)) ? [] : [ApiCookieAuth('session')]),
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
