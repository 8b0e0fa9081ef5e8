import type { components } from './schema.js';

type ActiveTokenBody = components['schemas']['ActiveTokenBody'];
type InactiveTokenBody = components['schemas']['InactiveTokenBody'];

/** What Latchkey says of one token. */
export type IntrospectionBody = ActiveTokenBody | InactiveTokenBody;

/** A token that is good at this moment, and whose it is. */
export interface VerifiedToken {
  readonly userId: ActiveTokenBody['sub'];
  readonly email: ActiveTokenBody['username'];
  /** Of the user. */
  readonly name: ActiveTokenBody['name'];
  /** Stays the same when the token is rotated. */
  readonly tokenId: ActiveTokenBody['token_id'];
  readonly tokenName: ActiveTokenBody['token_name'];
  /** See `hasScope` for what they include. */
  readonly scopes: readonly string[];
  /** null for never. */
  readonly expiresAt: Date | null;
  readonly issuedAt: Date;
}

/** A new object each time: what one request does to it is no other request's business. */
export const verifiedToken = (body: ActiveTokenBody): VerifiedToken => ({
  userId: body.sub,
  email: body.username,
  name: body.name,
  tokenId: body.token_id,
  tokenName: body.token_name,
  scopes: body.scope.split(' ').filter((scope) => scope !== ''),
  expiresAt: body.exp === undefined ? null : dateOf(body.exp),
  issuedAt: dateOf(body.iat),
});

/** @param seconds since 1970 */
const dateOf = (seconds: number): Date => new Date(seconds * 1000);
