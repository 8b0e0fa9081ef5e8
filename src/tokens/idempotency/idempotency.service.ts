import { Injectable, Logger } from '@nestjs/common';
import { actorOf, type Principal } from '../../access/principal.js';
import { digest } from '../../common/digest.js';
import { DAY_MS } from '../../common/durations.js';
import { Clock } from '../../config/clock.js';
import {
  IdempotencyInProgressProblem,
  IdempotencyKeyReusedProblem,
  IdempotencyReplayedProblem,
} from './idempotency.errors.js';
import { type Claim, IdempotencyRepository } from './idempotency.repository.js';
import type { NewAccessToken } from '../new-access-token.js';
import type { MintedSecret } from '../verification/token-secret.js';

const KEPT_MS = DAY_MS;
/** Longer than any request takes. One that did take longer does nothing any more. */
const TAKEN_OVER_AFTER_MS = 30_000;
/** A key may be released, and claimed again, between two statements. */
const ATTEMPTS = 3;

/** What is to be done once. */
export interface OnceRequest {
  readonly key: string;
  /** With the body, tells requests apart. */
  readonly operation: string;
  readonly body: object;
}

/** A secret to hand out, and the claim without which it must not be. */
export interface Issue extends MintedSecret {
  readonly keyHash: string | null;
}

/** Hands out a new secret once for each idempotency key. */
@Injectable()
export class IdempotencyService {
  private readonly logger = new Logger(IdempotencyService.name);

  constructor(
    private readonly claims: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param minted the secret to hand out
   * @param make called at most once; makes what the secret is for
   * @throws Problem 409 or 422 where the key has been used, and what `make` throws
   */
  async once(
    principal: Principal,
    { key, operation, body }: OnceRequest,
    minted: MintedSecret,
    make: (issue: Issue) => Promise<NewAccessToken>,
  ): Promise<NewAccessToken> {
    const { userId, actorTokenId } = actorOf(principal);
    const claim: Claim = {
      // Keys of different tokens do not meet; those of all sessions of a person do.
      keyHash: digest(JSON.stringify([userId, actorTokenId, key])),
      userId,
      requestHash: digest(`${operation} ${canonicalJson(body)}`),
      secretHash: minted.hash,
      tokenId: null,
      claimedAt: this.clock.now(),
    };
    await this.take(claim);
    return this.holding(claim, () => make({ ...minted, keyHash: claim.keyHash }));
  }

  /** Forgets some of the keys that mean nothing any more. @returns 0 when none are left */
  prune(limit: number): Promise<number> {
    return this.claims.deleteOld(new Date(this.clock.now().getTime() - KEPT_MS), limit);
  }

  private async take(claim: Claim): Promise<void> {
    const now = claim.claimedAt.getTime();
    const oldBefore = new Date(now - KEPT_MS);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (await this.claims.insert(claim)) return;
      const other = await this.claims.find(claim.userId, claim.keyHash);
      if (other === undefined) continue;
      if (other.claimedAt > oldBefore) {
        if (other.requestHash !== claim.requestHash) throw new IdempotencyKeyReusedProblem();
        if (other.tokenId !== null) throw new IdempotencyReplayedProblem(other.tokenId);
        if (now - other.claimedAt.getTime() < TAKEN_OVER_AFTER_MS) throw new IdempotencyInProgressProblem();
      }
      if (await this.claims.takeOver(other, claim, oldBefore)) return;
    }
    throw new IdempotencyInProgressProblem();
  }

  private async holding(claim: Claim, make: () => Promise<NewAccessToken>): Promise<NewAccessToken> {
    let made: NewAccessToken;
    try {
      made = await make();
    } catch (error) {
      await this.quietly(() => this.claims.release(claim));
      throw error;
    }
    await this.quietly(() => this.claims.complete(claim, made.id));
    return made;
  }

  /** The answer is what counts: the next request with this key finds out what became of the claim. */
  private async quietly(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.logger.warn(`Could not write what became of an idempotency key. ${String(error)}`);
    }
  }
}

/** Whatever order the client wrote the fields in. What is undefined was not sent, and is not null. */
const canonicalJson = (body: object): string =>
  JSON.stringify(
    Object.entries(body)
      .filter(([, value]) => value !== undefined)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
