import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { EVERYTHING } from '../auth/scopes.js';
import { canonical } from '../common/client.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import { isInRanges } from './address-range.js';
import { LastUsed } from './last-used.js';
import { TokenLoader } from './token-loader.js';
import { parseToken, secretMatches } from './token-secret.js';

/** Why a token is refused. All but `invalid` mean that the secret itself was right. */
export type Refusal = 'invalid' | 'expired' | 'user_disabled' | 'address_refused';

export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
  /** Of the token whose secret was right; null for one that does not expire, and for any other. */
  readonly expiresAt: Date | null;
}

export type Verification = { readonly ok: true; readonly principal: Principal } | Refused;

const refused = (refusal: Refusal, expiresAt: Date | null = null): Refused => ({
  ok: false,
  refusal,
  expiresAt,
});

/** Where a token is presented. */
export interface VerificationContext {
  /** The client's IP address. */
  readonly address: string;
}

/** The one place that decides whether a token is good. */
@Injectable()
export class TokenVerifier {
  private readonly logger = new Logger(TokenVerifier.name);
  /** The latest time seen: a clock that is put back revives no token that has expired. */
  private latest = new Date(0);

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

    const { id, user, expiresAt } = token;
    const now = this.clock.now();
    if (now > this.latest) this.latest = now;
    if (token.userDisabled) return refused('user_disabled', expiresAt);
    if (expiresAt !== null && expiresAt <= this.latest) return refused('expired', expiresAt);
    const scopes = listOf(token.scopes);
    const ranges = token.allowedCidrs === null ? null : listOf(token.allowedCidrs);
    if (scopes === undefined || ranges === undefined) {
      this.logger.error(`Token ${id} is refused: its scopes or ranges are no list of texts.`);
      return refused('invalid');
    }
    if (ranges !== null && !isInRanges(address, ranges)) return refused('address_refused', expiresAt);
    this.lastUsed.note({ id, at: now, address: canonical(address) });
    const credential = { kind: 'token', id, expiresAt, allowedCidrs: ranges } as const;
    return { ok: true, principal: { user, scopes, credential } };
  }
}

/** What nearly every token has, so that it is not parsed for every request. */
const EVERYTHING_LIST = [EVERYTHING];
const EVERYTHING_JSON = JSON.stringify(EVERYTHING_LIST);

/** @returns undefined for what is no JSON list of texts */
function listOf(json: string): readonly string[] | undefined {
  if (json === EVERYTHING_JSON) return EVERYTHING_LIST;
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
