import type { Client } from '../access/principal.js';

/** What can happen to somebody's account and tokens. */
export const EVENT_KINDS = [
  'signed_up',
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'password_changed',
  'token_created',
  'token_changed',
  'token_rotated',
  'overlap_ended',
  'token_deleted',
  'tokens_deleted',
  'token_revoked',
  'revoked_by_holder',
  'refused_expired',
  'refused_address',
  'refused_scope',
  'refused_user_disabled',
  'refused_retired_secret',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** An event, as a room reports it. */
export interface Happening {
  /** The owner of the account that it happened to. */
  readonly userId: number;
  readonly kind: EventKind;
  readonly client: Client;
  /** The token it happened to. */
  readonly tokenId?: number;
  /** The name that the token had then. The log keeps it after the token is deleted. */
  readonly tokenName?: string;
  /** The token that did it; null or absent for a person. */
  readonly actorTokenId?: number | null;
  /** A word or a short sentence more. Never a secret. */
  readonly detail?: string;
}

/** A row to write: one event, or several that count as one. */
export interface NewEvent {
  readonly userId: number;
  readonly kind: EventKind;
  readonly tokenId: number | null;
  readonly tokenName: string | null;
  readonly actorTokenId: number | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly detail: string | null;
  readonly count: number;
  /** Events with the same bucket share one row. Null for an event with a row of its own. */
  readonly bucket: string | null;
  /** The first of them. */
  readonly createdAt: Date;
  /** The last of them. */
  readonly lastAt: Date;
}
