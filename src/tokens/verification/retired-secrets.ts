import { Injectable, Logger } from '@nestjs/common';
import type { Client } from '../../access/principal.js';
import { AuditLog } from '../../audit/audit-log.js';
import { digest } from '../../common/digest.js';
import { Clock } from '../../config/clock.js';
import { Settings } from '../../config/settings.js';
import { BackgroundFlush } from '../../database/background-flush.js';
import { codeOf } from '../../database/database-errors.js';
import type { WriteBehind } from '../../database/write-behind.js';
import { type Retired, RetiredSecretRepository } from './retired-secret.repository.js';
import type { PresentedToken } from './token-secret.js';
import { Revocation } from '../revocation.service.js';

/** A wrong secret, and who presented it. */
interface Sighting {
  readonly id: number;
  readonly secretHash: string;
  readonly client: Client;
  readonly at: Date;
  readonly count: number;
}

/**
 * Finds out whether a wrong secret is one that its token had before a rotation, which is a sign of a leak. The look-up
 * comes after the answer.
 */
@Injectable()
export class RetiredSecrets {
  private readonly logger = new Logger(RetiredSecrets.name);
  /** The key is the hash of the secret. */
  private readonly sightings: WriteBehind<string, Sighting>;

  constructor(
    private readonly retired: RetiredSecretRepository,
    private readonly revocation: Revocation,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly settings: Settings,
    background: BackgroundFlush,
  ) {
    this.sightings = background.add('look-ups', 'retired-secrets', {
      waitingAtMost: 10_000,
      chunk: 500,
      failuresAtMost: 1,
      unwritten: 'is dropped',
      merge: (before, sighting) => ({ ...sighting, count: before.count + sighting.count }),
      write: (chunk) => this.lookUp(chunk),
      complain: (error) => {
        this.logger.warn(`Could not look up whether wrong secrets were retired ones. ${String(error)}`);
      },
    });
  }

  /** Notes every wrong secret in memory, so that the time of an answer does not tell which secrets are retired. */
  note({ id, secret }: PresentedToken, client: Client): void {
    const secretHash = digest(secret);
    this.sightings.note(secretHash, { id, secretHash, client, at: this.clock.now(), count: 1 });
  }

  private async lookUp(sightings: readonly Sighting[]): Promise<void> {
    const byHash = new Map(sightings.map((sighting) => [sighting.secretHash, sighting]));
    for (const found of await this.retired.find([...byHash.keys()])) {
      const sighting = byHash.get(found.secretHash);
      if (sighting?.id === found.tokenId) await this.report(found, sighting);
    }
  }

  /** It never fails, because the others of its batch are reported, too, and none of them twice. */
  private async report({ tokenId, tokenName, userId }: Retired, sighting: Sighting): Promise<void> {
    const { client, at, count } = sighting;
    this.audit.refused({ userId, tokenId, tokenName, client, kind: 'refused_retired_secret', at, count });
    if (this.settings.onRetiredSecret !== 'revoke') return;
    try {
      if (await this.revocation.revoke(userId, tokenId, { kind: 'token_revoked', client })) {
        this.logger.warn(`Token ${tokenId} was deleted: a secret that it had before was presented.`);
      }
    } catch (error) {
      const why = `a secret that it had before was presented, but it could not be deleted: ${codeOf(error)}`;
      this.logger.error(`Token ${tokenId} is not deleted: ${why}.`);
    }
  }
}
