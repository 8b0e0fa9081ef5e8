import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { type Client, ipOf, type Stands, type TokenIdentity } from '../../access/principal.js';
import { EVERYTHING } from '../../access/scopes.js';
import { isInRanges } from '../../common/address.js';
import { Clock } from '../../config/clock.js';
import { Settings } from '../../config/settings.js';
import { listOf } from '../../database/statement.js';
import { Metrics } from '../../metrics/metrics.js';
import { LastUsed } from './last-used.js';
import { RetiredSecrets } from './retired-secrets.js';
import { type Found, TokenLoader } from './token-loader.js';
import { secretStandsAs, standsAs, type StoredToken } from '../token.repository.js';
import { type KnownReason, REFUSALS, type Refused } from './token-refusal.js';
import { matchingSecret, parseToken, type PresentedToken, type SecretKind } from './token-secret.js';

export type Verification = { readonly ok: true; readonly principal: TokenIdentity } | Refused;

/** A token, and who presents it. */
export interface Presentation {
  readonly presented: string;
  readonly client: Client;
}

/** A token, and that its secret is still accepted, for a statement that writes. */
export interface Held {
  readonly token: StoredToken;
  readonly stands: Stands;
}

const INVALID: Refused = { ok: false, reason: 'invalid', expiresAt: null };

/** The one place that decides whether a token is good. */
@Injectable()
export class TokenVerifier {
  private readonly logger = new Logger(TokenVerifier.name);
  private readonly counted: Metrics['verifications'];
  /** The latest time seen. A clock that is set back must not revive expired tokens. */
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
   * @throws whatever the database throws; a token that could not be checked is never refused
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
   * Verifies many tokens at once. That costs far less for each, because they wait for their batches together.
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
   * Finds the token of a right secret, even if it has expired or is refused for another reason.
   * @returns undefined for a wrong secret
   * @throws whatever the database throws
   */
  async tokenOf(presented: string, client: Client): Promise<Held | undefined> {
    const parsed = this.parse(presented);
    if (parsed === undefined) return undefined;
    const floor = this.floor.reached();
    const token = (await this.tokens.load(parsed.id)).get(parsed.id);
    const kind = this.acceptedSecret(parsed, token, client, this.clock.now());
    if (token !== undefined && kind !== undefined) return { token, stands: secretStandsAs(token, kind) };
    await floor;
    return undefined;
  }

  /** @returns INVALID for a token whose refusal has to wait for the floor */
  private judge(parsed: PresentedToken, found: Found, client: Client): Verification {
    const stored = found.get(parsed.id);
    const now = this.clock.now();
    const kind = this.acceptedSecret(parsed, stored, client, now);
    if (stored === undefined || kind === undefined) return this.invalid();

    const { id, name, user, createdAt, expiresAt, rateLimit } = stored;
    if (stored.userDisabled) return this.refuse('user_disabled', stored, client);
    if (expiresAt !== null && expiresAt <= this.latest) return this.refuse('expired', stored, client);
    const scopes = scopesOf(stored.scopes);
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
    const { secretHash: currentHash } = stored;
    const rights = { expiresAt, allowedCidrs: ranges, rateLimit, currentHash };
    const credential = { kind: 'token', id, name, createdAt, ...rights } as const;
    this.counted.ok.add();
    return { ok: true, principal: { user, scopes, credential, stands: standsAs(stored, kind) } };
  }

  /** @param count how many tokens wait for the load */
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

  /** @returns undefined for a wrong secret, which is noted, because the token may have had it before */
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

  /** The secret was right. So its holder is told the reason, and the owner sees it in the audit log. */
  private refuse(reason: KnownReason, token: StoredToken, client: Client): Refused {
    const { id: tokenId, name: tokenName, user, expiresAt } = token;
    this.counted[reason].add();
    this.audit.refused({ userId: user.id, kind: REFUSALS[reason].event, client, tokenId, tokenName });
    return { ok: false, reason, expiresAt };
  }

  /** The previous secret is as good as the current one, but only until the overlap ends. */
  private isAccepted(kind: SecretKind | undefined, { previousSecretExpiresAt }: StoredToken): boolean {
    if (kind === 'current') return true;
    if (kind === undefined || previousSecretExpiresAt === null) return false;
    return previousSecretExpiresAt > this.latest;
  }
}

/** Nearly every token has these scopes, so they are not parsed for every request. */
const EVERYTHING_LIST = [EVERYTHING];
const EVERYTHING_JSON = JSON.stringify(EVERYTHING_LIST);

const scopesOf = (json: string): readonly string[] | undefined =>
  json === EVERYTHING_JSON ? EVERYTHING_LIST : listOf(json);

/** Waits for all loads. Tokens of one batch share a promise. */
async function answersOf(
  loads: readonly (Promise<Found> | undefined)[],
): Promise<ReadonlyMap<Promise<Found>, Found>> {
  const distinct = [...new Set(loads)].filter((load) => load !== undefined);
  return new Map(await Promise.all(distinct.map(async (load) => [load, await load] as const)));
}

/** Several times as long as a healthy database takes. */
const FLOOR_MS = 5;

/**
 * Delays the refusal of a wrong secret until some time after the token was presented.
 *
 * Comparing secrets in constant time is not enough. The database and its driver need some 30 µs longer for a row than
 * for no row, and a stranger who asks a few thousand times can measure that (docs/timing.md). So both answers wait for
 * the same timer. It starts before the database is asked; if it started afterwards, the difference would remain.
 */
class RefusalFloor {
  private startedMs = 0;
  private latest: Promise<void> = Promise.resolve();

  /** For a token that is presented now. One timer serves a whole millisecond, because good tokens need none. */
  reached(): Promise<void> {
    const now = Math.floor(performance.now());
    if (now !== this.startedMs) {
      this.startedMs = now;
      this.latest = delay(FLOOR_MS + 1);
    }
    return this.latest;
  }
}
