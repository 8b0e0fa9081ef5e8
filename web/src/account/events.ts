import type { components } from '../api/schema.js';

export type AuditEvent = components['schemas']['EventBody'];
export type EventKind = AuditEvent['kind'];

const SENTENCES: Readonly<Record<EventKind, string>> = {
  signed_up: 'The account was made.',
  signed_in: 'You signed in.',
  sign_in_failed: 'Somebody tried to sign in with a wrong password.',
  signed_out: 'You signed out.',
  password_changed: 'The password was changed.',
  token_created: '“…” was created.',
  token_changed: '“…” was changed.',
  token_rotated: '“…” got a new secret.',
  overlap_ended: 'The old secret of “…” was ended.',
  token_deleted: '“…” was deleted.',
  tokens_deleted: 'All tokens were deleted.',
  revoked_by_holder: '“…” was deleted by somebody who held it.',
  token_revoked: '“…” was deleted, because one of its old secrets was used.',
  refused_expired: '“…” was refused: it has expired.',
  refused_address: '“…” was refused: not from this address.',
  refused_scope: '“…” was refused: it lacks a scope.',
  refused_user_disabled: '“…” was refused: the account is disabled.',
  refused_retired_secret: 'An old secret of “…” was used and refused. Somebody may have found it.',
};

export const sentenceOf = ({ kind, token_name, token_id }: AuditEvent): string =>
  SENTENCES[kind].replace('“…”', () => (token_name === null ? `Token ${token_id ?? ''}` : `“${token_name}”`));

/** What the owner should look into. */
export const isAlarming = ({ kind }: AuditEvent): boolean =>
  kind === 'refused_retired_secret' || kind === 'token_revoked' || kind === 'sign_in_failed';

/** What the log can be narrowed to. */
export const EVENT_GROUPS: Readonly<Record<string, { text: string; kinds?: readonly EventKind[] }>> = {
  '': { text: 'Everything' },
  account: {
    text: 'Sign-in and password',
    kinds: ['signed_up', 'signed_in', 'sign_in_failed', 'signed_out', 'password_changed'],
  },
  tokens: {
    text: 'Changes of tokens',
    kinds: [
      'token_created',
      'token_changed',
      'token_rotated',
      'overlap_ended',
      'token_deleted',
      'tokens_deleted',
      'token_revoked',
      'revoked_by_holder',
    ],
  },
  refused: {
    text: 'Refused tokens',
    kinds: [
      'refused_expired',
      'refused_address',
      'refused_scope',
      'refused_user_disabled',
      'refused_retired_secret',
    ],
  },
};
