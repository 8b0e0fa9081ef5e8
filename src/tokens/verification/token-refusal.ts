import { InvalidTokenProblem, type KnownRefusal } from '../../access/access.errors.js';
import type { Refusal, Refused } from './token-verifier.js';

/** What the holder of the right secret is told. */
const REASONS: Readonly<Record<Exclude<Refusal, 'invalid'>, Omit<KnownRefusal, 'expiresAt'>>> = {
  expired: { code: 'token_expired', reason: 'The token has expired.' },
  user_disabled: { code: 'user_disabled', reason: 'The account of this token is disabled.' },
  address_refused: { code: 'address_refused', reason: 'The token may not be used from this address.' },
};

/** The 401 for a token that is refused, the same on every route that takes one. */
export const refusalProblem = ({ refusal, expiresAt }: Refused): InvalidTokenProblem =>
  new InvalidTokenProblem(refusal === 'invalid' ? undefined : { ...REASONS[refusal], expiresAt });
