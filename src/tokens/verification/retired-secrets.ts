import { setImmediate } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Client } from '../../access/principal.js';
import { AuditLog } from '../../audit/audit-log.js';
import { digest } from '../../common/digest.js';
import { Clock } from '../../config/clock.js';
import { Settings } from '../../config/settings.js';
import { DeferredWrites } from '../../database/deferred-writes.js';
import { type Retired, RetiredSecretRepository } from './retired-secret.repository.js';
import type { PresentedToken } from './token-secret.js';
import { TokenRepository } from '../token.repository.js';

/** How many secrets one statement looks up. */
const CHUNK = 500;
/** How many wait at most; a wrong secret beyond them is not looked up. */
const WAITING_AT_MOST = 10_000;

/** Where a secret was presented that is not, or no longer, one of its token's. */
interface Sighting {
  readonly id: number;
  readonly secretHash: string;
  readonly client: Client;
  readonly at: Date;
  readonly count: number;
}

/**
 * Finds out, after whoever presented it has had their answer, whether a wrong secret is one that its token had
 * before: the sign of a leak.
 */
@Injectable()
export class RetiredSecrets implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(RetiredSecrets.name);
  private waiting = new Map<string, Sighting>();
  private readonly writes = new DeferredWrites(() => this.lookUp());

  constructor(
    private readonly retired: RetiredSecretRepository,
    private readonly tokens: TokenRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.writes.start(this.settings.lastUsedFlushMs);
  }

  /** Before the audit log writes down what it was told. */
  beforeApplicationShutdown(): Promise<void> {
    return this.writes.stop();
  }

  /** In memory only, and the same for every wrong secret, so that nobody can tell them apart by the time. */
  note({ id, secret }: PresentedToken, client: Client): void {
    const secretHash = digest(secret);
    const before = this.waiting.get(secretHash);
    if (before === undefined && this.waiting.size >= WAITING_AT_MOST) return;
    const count = (before?.count ?? 0) + 1;
    this.waiting.set(secretHash, { id, secretHash, client, at: this.clock.now(), count });
  }

  /** Looks up what waits. */
  flush(): Promise<void> {
    return this.writes.flush();
  }

  private async lookUp(): Promise<void> {
    const sightings = this.waiting;
    this.waiting = new Map();
    const hashes = [...sightings.keys()];
    for (let from = 0; from < hashes.length; from += CHUNK) {
      try {
        for (const found of await this.retired.find(hashes.slice(from, from + CHUNK))) {
          const sighting = sightings.get(found.secretHash);
          if (sighting?.id === found.tokenId) await this.report(found, sighting);
        }
      } catch (error) {
        this.logger.warn(`Could not look up whether wrong secrets were retired ones. ${String(error)}`);
        return;
      }
      // SQLite works within this process: let the requests that came meanwhile go first.
      await setImmediate();
    }
  }

  private async report({ tokenId, tokenName, userId }: Retired, sighting: Sighting): Promise<void> {
    const { client, at, count } = sighting;
    const whose = { userId, tokenId, tokenName, client };
    this.audit.refused({ ...whose, kind: 'refused_retired_secret', at, count });
    if (this.settings.onRetiredSecret !== 'revoke') return;
    if (!(await this.tokens.delete(userId, tokenId))) return;
    this.logger.warn(`Token ${tokenId} was deleted: a secret that it had before was presented.`);
    await this.audit.record({ ...whose, kind: 'token_revoked' });
  }
}
