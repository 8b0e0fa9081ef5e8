import type { UserProfile } from '../users/user.js';

/** Who makes a request, whichever credential said so. */
export interface Principal {
  readonly user: UserProfile;
  /** What the credential may do, as `missingScope` reads it. */
  readonly scopes: readonly string[];
  readonly credential:
    { readonly kind: 'token'; readonly id: number } | { readonly kind: 'session'; readonly idHash: string };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard; absent on public routes. */
    user?: Principal;
  }
}
