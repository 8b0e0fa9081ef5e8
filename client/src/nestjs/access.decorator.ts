import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { isScope } from '../scopes.js';
import type { VerifiedToken } from '../verified-token.js';

/** Who may call a route. A route that says nothing takes any good token. */
export type Access =
  { readonly kind: 'public' } | { readonly kind: 'scopes'; readonly scopes: readonly string[] };

export const ACCESS = 'latchkey-client:access';

const declareAccess = (access: Access) => SetMetadata(ACCESS, access);

/** Anybody, with or without a token. */
export const Public = () => declareAccess({ kind: 'public' });

/**
 * A token with all of these scopes. On a handler, it stands instead of what the controller says.
 * @throws TypeError for what is no scope, such as two in one text
 */
export const RequireScopes = (...scopes: string[]) => {
  const wrong = scopes.find((scope) => !isScope(scope));
  if (wrong !== undefined) throw new TypeError(`${JSON.stringify(wrong)} is no scope.`);
  return declareAccess({ kind: 'scopes', scopes });
};

/** The token of a request that passed the guard. */
export interface VerifiedRequest {
  latchkey?: VerifiedToken;
}

/** The token the request was made with, on a route that is not public. */
export const CurrentToken = createParamDecorator((_: unknown, context: ExecutionContext): VerifiedToken => {
  const { latchkey } = context.switchToHttp().getRequest<VerifiedRequest>();
  if (latchkey === undefined)
    throw new Error('A route that LatchkeyGuard does not guard asked for its token.');
  return latchkey;
});
