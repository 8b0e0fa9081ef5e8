import { InvalidTokenProblem } from '../../access/access.errors.js';
import type { EventKind } from '../../audit/audit-event.js';
import type { ProblemCode } from '../../common/problem-codes.js';

/** Why a token is refused although its secret was right: what its holder is told, and the event its owner sees. */
export const REFUSALS = {
  expired: { code: 'token_expired', reason: 'The token has expired.', event: 'refused_expired' },
  user_disabled: {
    code: 'user_disabled',
    reason: 'The account of this token is disabled.',
    event: 'refused_user_disabled',
  },
  address_refused: {
    code: 'address_refused',
    reason: 'The token may not be used from this address.',
    event: 'refused_address',
  },
} as const satisfies Readonly<Record<string, { code: ProblemCode; reason: string; event: EventKind }>>;

export type KnownReason = keyof typeof REFUSALS;

export interface Refused {
  readonly ok: false;
  /** All but `invalid` mean that the secret itself was right. */
  readonly reason: 'invalid' | KnownReason;
  /** The expiry of a token whose secret was right. Null if it has none, or the secret was wrong. */
  readonly expiresAt: Date | null;
}

/** The 401 for a token that is refused, the same on every route that takes one. */
export const refusalProblem = ({ reason, expiresAt }: Refused): InvalidTokenProblem =>
  new InvalidTokenProblem(reason === 'invalid' ? undefined : { ...REFUSALS[reason], expiresAt });
