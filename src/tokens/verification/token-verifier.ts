import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { type Client, ipOf, type TokenPrincipal } from '../../access/principal.js';
import { EVERYTHING } from '../../access/scopes.js';
import { isInRanges } from '../../common/address.js';
import { Clock } from '../../config/clock.js';
import { Settings } from '../../config/settings.js';
import { Metrics } from '../../metrics/metrics.js';
import { LastUsed } from './last-used.js';
import { RetiredSecrets } from './retired-secrets.js';
import { type Found, TokenLoader } from './token-loader.js';
import type { StoredToken } from '../token.repository.js';
import { matchingSecret, parseToken, type PresentedToken, type SecretKind } from './token-secret.js';

/** Why a token is refused. All but `invalid` mean that the secret itself was right. */
export type RefusalReason = 'invalid' | 'expired' | 'user_disabled' | 'address_refused';

export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  /** Of the token whose secret was right; null for one that does not expire, and for any other. */
  readonly expiresAt: Date | null;
}

export type Verification = { readonly ok: true; readonly principal: TokenPrincipal } | Refused;

/** A token, and who presents it. */
export interface Presentation {
  readonly presented: string;
  readonly client: Client;
}

const INVALID: Refused = { ok: false, reason: 'invalid', expiresAt: null };

/** What the owner finds in the audit log. */
const EVENTS = {
  expired: 'refused_expired',
  user_disabled: 'refused_user_disabled',
  address_refused: 'refused_address',
} as const;

/** The one place that decides whether a token is good. */
@Injectable()
export class TokenVerifier {
  private readonly logger = new Logger(TokenVerifier.name);
  private readonly counted: Metrics['verifications'];
  /** The latest time seen: a clock that is put back revives no token that has expired. */
  private latest = new Date(0);
  private readonly floor = new RefusalFloor();

  constructor(
    private readonly tokens: TokenLoader,
    private readonly lastUsed: LastUsed,
    private readonly retired: RetiredSecrets,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.counted = metrics.verifications;
  }

  /**
   * @param client who presents the token
   * @throws whatever the database throws; an unanswered question is never a refusal
   */
  async verify(presented: string, client: Client): Promise<Verification> {
    const parsed = this.parse(presented);
    if (parsed === undefined) return this.invalid();
    const floor = this.floor.reached();
    const found = await this.answer(1, this.tokens.load(parsed.id));
    const verification = this.judge(parsed, found, client);
    if (verification === INVALID) await floor;
    return verification;
  }

  /**
   * The same for many at once, at a fraction of the cost: they wait together for the batches they travel with.
   * @returns in the order of the questions
   */
  async verifyAll(questions: readonly Presentation[]): Promise<Verification[]> {
    const parsed = questions.map(({ presented }) => this.parse(presented));
    const floor = this.floor.reached();
    const loads = parsed.map((token) => token && this.tokens.load(token.id));
    const found = await this.answer(questions.length, answersOf(loads));
    const verifications = questions.map(({ client }, at) => {
      const [token, load] = [parsed[at], loads[at]];
      const batch = load && found.get(load);
      return token && batch ? this.judge(token, batch, client) : this.invalid();
    });
    if (verifications.includes(INVALID)) await floor;
    return verifications;
  }

  /**
   * The token that whoever presents this holds the secret of, be it expired or refused for another reason.
   * @throws whatever the database throws
   */
  async tokenOf(presented: string, client: Client): Promise<StoredToken | undefined> {
    const parsed = this.parse(presented);
    if (parsed === undefined) return undefined;
    const floor = this.floor.reached();
    const token = (await this.tokens.load(parsed.id)).get(parsed.id);
    if (this.acceptedSecret(parsed, token, client, this.clock.now()) !== undefined) return token;
    await floor;
    return undefined;
  }

  /** @returns INVALID for all that must be refused no sooner than the floor */
  private judge(parsed: PresentedToken, found: Found, client: Client): Verification {
    const stored = found.get(parsed.id);
    const now = this.clock.now();
    const kind = this.acceptedSecret(parsed, stored, client, now);
    if (stored === undefined || kind === undefined) return this.invalid();

    const { id, name, user, createdAt, expiresAt, rateLimit } = stored;
    if (stored.userDisabled) return this.refuse('user_disabled', stored, client);
    if (expiresAt !== null && expiresAt <= this.latest) return this.refuse('expired', stored, client);
    const scopes = listOf(stored.scopes);
    const ranges = stored.allowedCidrs === null ? null : listOf(stored.allowedCidrs);
    if (scopes === undefined || ranges === undefined) {
      this.logger.error(`Token ${id} is refused: its scopes or ranges are no list of texts.`);
      return this.invalid();
    }
    if (ranges !== null && !isInRanges(client.address, ranges)) {
      return this.refuse('address_refused', stored, client);
    }
    const previousAt = kind === 'previous' ? now : null;
    this.lastUsed.note({ id, at: now, address: ipOf(client.address), previousAt });
    const rights = { expiresAt, allowedCidrs: ranges, rateLimit };
    const credential = { kind: 'token', id, name, createdAt, ...rights } as const;
    this.counted.ok.add();
    return { ok: true, principal: { user, scopes, credential } };
  }

  /** @param count of the tokens that are waited for */
  private async answer<T>(count: number, load: Promise<T>): Promise<T> {
    try {
      return await load;
    } catch (error) {
      this.counted.unavailable.add(count);
      throw error;
    }
  }

  private invalid(): Refused {
    this.counted.invalid.add();
    return INVALID;
  }

  private parse(presented: string): PresentedToken | undefined {
    return parseToken(presented, this.settings.tokensRequireChecksum);
  }

  /** @returns undefined for a wrong secret, which may be one the token had before */
  private acceptedSecret(
    parsed: PresentedToken,
    token: StoredToken | undefined,
    client: Client,
    now: Date,
  ): SecretKind | undefined {
    const kind = matchingSecret(parsed.secret, {
      current: token?.secretHash,
      previous: token?.previousSecretHash,
    });
    if (now > this.latest) this.latest = now;
    if (token !== undefined && this.isAccepted(kind, token)) return kind;
    this.retired.note(parsed, client);
    return undefined;
  }

  /** The secret was right: whoever has it is told why, and the owner finds it in the audit log. */
  private refuse(reason: keyof typeof EVENTS, token: StoredToken, client: Client): Refused {
    const { id: tokenId, name: tokenName, user, expiresAt } = token;
    this.counted[reason].add();
    this.audit.refused({ userId: user.id, kind: EVENTS[reason], client, tokenId, tokenName });
    return { ok: false, reason, expiresAt };
  }

  /** The previous secret of a token is as good as the current one, but only for the overlap. */
  private isAccepted(kind: SecretKind | undefined, { previousSecretExpiresAt }: StoredToken): boolean {
    if (kind === 'current') return true;
    if (kind === undefined || previousSecretExpiresAt === null) return false;
    return previousSecretExpiresAt > this.latest;
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

/** Waits for all loads; those of one batch are one promise. */
async function answersOf(
  loads: readonly (Promise<Found> | undefined)[],
): Promise<ReadonlyMap<Promise<Found>, Found>> {
  const distinct = [...new Set(loads)].filter((load) => load !== undefined);
  return new Map(await Promise.all(distinct.map(async (load) => [load, await load] as const)));
}

/** Some times what a database takes that is well. */
const FLOOR_MS = 5;

/**
 * The earliest moment at which a token with a wrong secret may be refused, counted from when it was presented.
 *
 * Comparing in constant time is not enough: a row that is there takes the database and its driver some 30 µs longer
 * than none, and a stranger who asks a few thousand times sees that (docs/timing.md). So both wait for the same timer,
 * which starts before the database is asked; one that started afterwards would only add to the difference.
 */
class RefusalFloor {
  private startedMs = 0;
  private latest: Promise<void> = Promise.resolve();

  /** Of a token presented now. All of one millisecond share a timer, for most are good and never wait for it. */
  reached(): Promise<void> {
    const now = Math.floor(performance.now());
    if (now !== this.startedMs) {
      this.startedMs = now;
      this.latest = delay(FLOOR_MS + 1);
    }
    return this.latest;
  }
}
