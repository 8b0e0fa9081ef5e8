import { isIP, isIPv4 } from 'node:net';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { canonicalAddress } from '../common/address.js';
import type { Standing } from '../common/standing.js';

/** A person, as every room knows them. */
export interface UserProfile {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly createdAt: Date;
}

/** A token whose secret was right, with its other bounds. */
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
  /** The hash of its current secret, when it was judged. The one that was presented may be the previous one. */
  readonly currentHash: string;
}

/** The end of a WHERE. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * What a credential was judged by, for a statement that writes: true where all of it is still so. A request may be let
 * in, and its token deleted or its session ended before it writes; so every write of a request repeats this (ADR 34).
 */
export type Stands = (now: Date) => Condition;

/** For the service itself and its operator, whose right does not end. */
export const ALWAYS: Condition = { sql: '1 = 1', parameters: [] };

/** Whose a credential is and what it may do, as a strategy finds out. */
export interface Identity {
  readonly user: UserProfile;
  /** What the credential may do, as `missingScope` reads it. */
  readonly scopes: readonly string[];
  readonly credential: TokenCredential | { readonly kind: 'session' } | { readonly kind: 'operator' };
  readonly stands: Stands;
  /** Of a token that has a rate limit of its own. */
  readonly standing?: Standing | undefined;
}

/** A program. */
export interface TokenIdentity extends Identity {
  readonly credential: TokenCredential;
}

/** Who makes a request, whichever credential said so. */
export interface Principal extends Identity {
  /**
   * Judges the same credential once more, when a write has done nothing.
   * @throws Problem 401 or 403, as for a request that comes now
   */
  readonly judgeAgain: () => Promise<Identity>;
}

/** Who does something, as the audit log names them. */
export const actorOf = ({ user, credential }: Identity) => ({
  userId: user.id,
  actorTokenId: credential.kind === 'token' ? credential.id : null,
});

/** Where a request comes from. Anybody can have any client, so this proves nothing. */
export interface Client {
  /** The IP address in its one form; or the text that a trusted proxy sent in place of one. */
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** @param address an IP address in any form, or the text that a trusted proxy sent in place of one */
export const clientAt = (address: string, userAgent?: string): Client => ({
  address: isIPv4(address) ? address : (canonicalAddress(address) ?? address),
  userAgent,
});

export const clientOf = ({ ip, headers }: FastifyRequest): Client => clientAt(ip, headers['user-agent']);

/** The longest address that the columns hold. Only the zone of an IPv6 address (`%eth0`) can make one longer. */
const MAX_IP_LENGTH = 45;

/**
 * @returns the address as it was sent, whatever its zone; null for a text that is no IP address, or is too long to
 * be kept
 */
export const ipOf = (address: string): string | null =>
  isIP(address) > 0 && address.length <= MAX_IP_LENGTH ? address : null;

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>();

/** @throws Error on a public route, which has none */
export function identityOf({ user }: FastifyRequest): Identity {
  if (user === undefined) throw new Error('A public route asked for its principal.');
  return user;
}

/** The principal of the request, on a route that is not public. */
export const CurrentPrincipal = createParamDecorator(
  // The guard has made it one.
  (_: unknown, context: ExecutionContext) => identityOf(requestOf(context)) as Principal,
);

/** Where the request comes from. */
export const RequestClient = createParamDecorator((_: unknown, context: ExecutionContext) =>
  clientOf(requestOf(context)),
);

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard; absent on public routes. */
    user?: Identity;
  }
}
