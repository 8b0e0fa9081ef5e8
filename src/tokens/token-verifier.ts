import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import { isInRanges } from './address-range.js';
import { LastUsed } from './last-used.js';
import { TokenLoader } from './token-loader.js';
import { parseToken, secretMatches } from './token-secret.js';

/** Why a token is refused. All but `invalid` mean that the secret itself was right. */
export type Refusal = 'invalid' | 'expired' | 'user_disabled' | 'address_refused';

export type Verification =
  { readonly ok: true; readonly principal: Principal } | { readonly ok: false; readonly refusal: Refusal };

const refused = (refusal: Refusal): Verification => ({ ok: false, refusal });

/** Where a token is presented. */
export interface VerificationContext {
  /** The client's IP address. */
  readonly address: string;
}

/** The one place that decides whether a token is good. */
@Injectable()
export class TokenVerifier {
  constructor(
    private readonly tokens: TokenLoader,
    private readonly lastUsed: LastUsed,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** @throws whatever the database throws; an unanswered question is never a refusal */
  async verify(presented: string, { address }: VerificationContext): Promise<Verification> {
    const parsed = parseToken(presented, this.settings.tokensRequireChecksum);
    if (parsed === undefined) return refused('invalid');
    const token = await this.tokens.load(parsed.id);
    const matches = secretMatches(parsed.secret, token?.secretHash);
    if (token === undefined || !matches) return refused('invalid');

    const now = this.clock.now();
    if (token.userDisabled) return refused('user_disabled');
    if (token.expiresAt !== null && token.expiresAt <= now) return refused('expired');
    if (token.allowedCidrs !== null && !isInRanges(address, token.allowedCidrs)) {
      return refused('address_refused');
    }
    this.lastUsed.note({ id: token.id, at: now, address: isIP(address) > 0 ? address : null });
    const { user, scopes, id } = token;
    return { ok: true, principal: { user, scopes, credential: { kind: 'token', id } } };
  }
}
