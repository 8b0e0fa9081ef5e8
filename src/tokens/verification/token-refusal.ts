import { InvalidTokenProblem, type KnownRefusal } from '../../access/access.errors.js';
import type { Refused, RefusalReason } from './token-verifier.js';

/** What the holder of the right secret is told. */
const KNOWN: Readonly<Record<Exclude<RefusalReason, 'invalid'>, Omit<KnownRefusal, 'expiresAt'>>> = {
  expired: { code: 'token_expired', reason: 'The token has expired.' },
  user_disabled: { code: 'user_disabled', reason: 'The account of this token is disabled.' },
  address_refused: { code: 'address_refused', reason: 'The token may not be used from this address.' },
};

/** The 401 for a token that is refused, the same on every route that takes one. */
export const refusalProblem = ({ reason, expiresAt }: Refused): InvalidTokenProblem =>
  new InvalidTokenProblem(reason === 'invalid' ? undefined : { ...KNOWN[reason], expiresAt });
