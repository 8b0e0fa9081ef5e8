import { Injectable, Logger } from '@nestjs/common';
import type { Client, Identity } from '../access/principal.js';
import { DAY_MS } from '../common/durations.js';
import { CursorProblem, idOfCursor, type Page, pageOf } from '../common/paging.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import type { Happening } from './audit-event.js';
import type { ListEventsQuery } from './audit.query.js';
import { type EventBody, eventBody } from './audit.dto.js';
import { AuditRepository, newEvent } from './audit.repository.js';
import { Refusals } from './refusals.js';

/** A refusal, as a room reports it. */
export interface Refusal extends Happening {
  /** When the last of them happened. Now, unless given. */
  readonly at?: Date;
  /** How many there were. One, unless given. */
  readonly count?: number;
}

/** The record of what happened to whom. Only refusals change a row: they add to its count. Old rows are removed. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger(AuditLog.name);

  constructor(
    private readonly events: AuditRepository,
    private readonly refusals: Refusals,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Records something that has been done. It never fails, because the deed stays done even if it cannot be
   * recorded.
   */
  async record(happening: Happening): Promise<void> {
    try {
      await this.events.write([newEvent(happening, this.clock.now())]);
    } catch (error) {
      const { kind, userId, tokenId } = happening;
      const token = tokenId === undefined ? '' : `, token ${tokenId}`;
      this.logger.error(`Done, but not in the audit log: ${kind}, user ${userId}${token}. ${String(error)}`);
    }
  }

  /** Notes a refusal in memory. It is written later. */
  refused({ at = this.clock.now(), count, ...happening }: Refusal): void {
    this.refusals.note(happening, at, count);
  }

  /** Notes that a token was refused because it lacks a scope. */
  missingScope({ user, credential }: Identity, scope: string, client: Client): void {
    if (credential.kind !== 'token') return;
    const { id: tokenId, name: tokenName } = credential;
    this.refused({ userId: user.id, kind: 'refused_scope', tokenId, tokenName, client, detail: scope });
  }

  /** What happened to this user. @throws CursorProblem */
  async list(userId: number, { limit, cursor, token_id, kind }: ListEventsQuery): Promise<Page<EventBody>> {
    const before = cursor === undefined ? undefined : idOfCursor(cursor);
    if (cursor !== undefined && before === undefined) throw new CursorProblem();
    // Refusals that other instances still have in memory will show up later.
    await this.refusals.flush();
    const rows = await this.events.find({ userId, tokenId: token_id, kinds: kind }, limit + 1, before);
    const { items, nextCursor } = pageOf(rows, limit);
    return { items: items.map(eventBody), nextCursor };
  }

  /** Removes some of the events that are older than they are kept. @returns 0 when none are left */
  prune(limit: number): Promise<number> {
    const keepMs = this.settings.auditKeepDays * DAY_MS;
    return this.events.deleteOlder(new Date(this.clock.now().getTime() - keepMs), limit);
  }
}
