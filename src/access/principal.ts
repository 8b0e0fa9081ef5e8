import type { Standing } from '../common/standing.js';
import type { UserProfile } from '../users/user.js';

/** A token that proved itself, with what else limits it. */
export interface TokenCredential {
  readonly kind: 'token';
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
  /** Null for never. */
  readonly expiresAt: Date | null;
  /** Null for anywhere. */
  readonly allowedCidrs: readonly string[] | null;
  /** Requests in a minute; null for as many as it likes. */
  readonly rateLimit: number | null;
}

/** Who makes a request, whichever credential said so. */
export interface Principal {
  readonly user: UserProfile;
  /** What the credential may do, as `missingScope` reads it. */
  readonly scopes: readonly string[];
  readonly credential: TokenCredential | { readonly kind: 'session'; readonly idHash: string };
  /** Of a token that has a limit of its own. */
  readonly standing?: Standing | undefined;
}

/** A program. */
export interface TokenPrincipal extends Principal {
  readonly credential: TokenCredential;
}

/** Who does something, as the audit log names them. */
export const actorOf = ({ user, credential }: Principal) => ({
  userId: user.id,
  actorTokenId: credential.kind === 'token' ? credential.id : null,
});

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard; absent on public routes. */
    user?: Principal;
  }
}
