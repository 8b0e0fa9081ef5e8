import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { authorize } from '../../access/authorize.js';
import { actorOf, type Client, type Principal, type TokenCredential } from '../../access/principal.js';
import { Clock } from '../../config/clock.js';
import { Settings } from '../../config/settings.js';
import { IdempotencyService, type Issue } from '../idempotency/idempotency.service.js';
import type { NewAccessToken } from '../new-access-token.js';
import { mintSecret } from '../verification/token-secret.js';
import { RetiredSecretRepository } from '../verification/retired-secret.repository.js';
import { assertStands } from '../assert-stands.js';
import { ceilingOf, excesses } from '../ceiling.js';
import {
  ExpiredTokenNotRotatedProblem,
  NoOverlapProblem,
  RotatedMeanwhileProblem,
} from './rotation.errors.js';
import { RotationRepository } from './rotation.repository.js';
import type { PersonalAccessToken } from '../token.entity.js';
import { ExceedsTokenProblem, TokenNotFoundProblem } from '../token.errors.js';
import { TokenRepository } from '../token.repository.js';

/** Gives a token a new secret. All else about the token stays. */
@Injectable()
export class RotationService {
  constructor(
    private readonly tokens: TokenRepository,
    private readonly rotations: RotationRepository,
    private readonly retired: RetiredSecretRepository,
    private readonly idempotency: IdempotencyService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Replaces the present secret. If an overlap is still running, the secret before the present one is refused at once.
   * @param overlapSeconds how long the present secret is accepted beside the new one
   * @param key for idempotency
   * @throws Problem 403, 404, 409 or 422
   */
  rotate(
    principal: Principal,
    id: number,
    overlapSeconds: number,
    client: Client,
    key: string | undefined,
  ): Promise<NewAccessToken> {
    const minted = mintSecret(this.settings.tokenPrefix);
    const rotateTo = (issue: Issue) => this.rotateTo(issue, principal, id, overlapSeconds, client);
    if (key === undefined) return rotateTo({ ...minted, keyHash: null });
    const request = { key, operation: `rotate ${id}`, body: { overlapSeconds } };
    return this.idempotency.once(principal, request, minted, rotateTo);
  }

  private async rotateTo(
    { secret, hash, keyHash }: Issue,
    principal: Principal,
    id: number,
    overlapSeconds: number,
    client: Client,
  ): Promise<NewAccessToken> {
    const token = await this.rotatable(principal, id, client);
    const now = this.clock.now();
    if (token.expiresAt !== null && token.expiresAt <= now) throw new ExpiredTokenNotRotatedProblem();
    const { credential, user } = principal;
    // Of rotations that present the same secret, one succeeds: a token replaces the secret that it was judged with.
    const from = isItself(credential, id) ? credential.currentHash : token.secretHash;
    const stands = principal.stands(now);
    // Written before the rotation, so that none is lost if the process dies. Too many do no harm.
    await this.retired.insert(id, from, now, stands);
    const isRotated = await this.rotations.rotate(
      {
        id,
        userId: user.id,
        from,
        to: hash,
        at: now,
        overlapEnd: overlapEnd(now, overlapSeconds, token.expiresAt),
        keyHash,
      },
      stands,
    );
    if (!isRotated) throw await this.whyNot(principal, id);
    const rotated = { kind: 'token_rotated', client, tokenId: id, tokenName: token.name } as const;
    await this.audit.record({ ...actorOf(principal), ...rotated, detail: describe(overlapSeconds) });
    return { id, plainText: `${id}|${secret}` };
  }

  /** When this has returned, no instance accepts the previous secret. @throws Problem 403 or 404 */
  async endOverlap(principal: Principal, id: number, client: Client): Promise<void> {
    this.requireRightOver(principal, id, client);
    const token = await this.find(principal, id);
    const now = this.clock.now();
    const hasEnded = await this.rotations.endOverlap(principal.user.id, id, now, principal.stands(now));
    if (!hasEnded) {
      await assertStands(principal);
      throw new NoOverlapProblem();
    }
    const ended = { kind: 'overlap_ended', client, tokenId: id, tokenName: token.name } as const;
    await this.audit.record({ ...actorOf(principal), ...ended });
  }

  /** @throws TokenNotFoundProblem */
  private async find({ user }: Principal, id: number): Promise<PersonalAccessToken> {
    const token = await this.tokens.findOne(user.id, id);
    if (token === null) throw new TokenNotFoundProblem();
    return token;
  }

  /** @throws InsufficientScopeProblem; for any token but itself, a token needs more than `tokens:rotate` */
  private requireRightOver(principal: Principal, id: number, client: Client): void {
    if (isItself(principal.credential, id)) return;
    authorize(principal, { kind: 'scopes', scopes: ['tokens:write'] }, (missing) => {
      this.audit.missingScope(principal, missing, client);
    });
  }

  private async rotatable(principal: Principal, id: number, client: Client): Promise<PersonalAccessToken> {
    this.requireRightOver(principal, id, client);
    const token = await this.find(principal, id);
    const ceiling = ceilingOf(principal);
    // With the secret of a stronger token, the caller could do what it may not do itself.
    if (ceiling !== undefined && !isItself(principal.credential, id) && excesses(token, ceiling).length > 0) {
      throw new ExceedsTokenProblem('That token can do more than the one that makes this request.');
    }
    return token;
  }

  /** @throws TokenNotFoundProblem, and what `assertStands` throws */
  private async whyNot(principal: Principal, id: number): Promise<RotatedMeanwhileProblem> {
    await assertStands(principal);
    await this.find(principal, id);
    return new RotatedMeanwhileProblem();
  }
}

const isItself = (credential: Principal['credential'], id: number): credential is TokenCredential =>
  credential.kind === 'token' && credential.id === id;

/** @returns null for no overlap; at the latest, the expiry of the token */
function overlapEnd(now: Date, seconds: number, expiresAt: Date | null): Date | null {
  if (seconds === 0) return null;
  const end = new Date(now.getTime() + seconds * 1000);
  return expiresAt !== null && expiresAt < end ? expiresAt : end;
}

/** For the audit log. */
const describe = (overlapSeconds: number) =>
  overlapSeconds === 0 ? 'no overlap' : `overlap of ${overlapSeconds} s`;
