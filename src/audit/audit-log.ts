import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { type Happening, newEvent } from './audit-event.js';
import { AuditRepository } from './audit.repository.js';
import { Refusals } from './refusals.js';

/** The record of what happened to whom. Rows are added and, when they are old, removed; nothing else. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger(AuditLog.name);

  constructor(
    private readonly events: AuditRepository,
    private readonly refusals: Refusals,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes down what has been done. It never fails: what the database has acknowledged stays done, whether or
   * not it could be recorded.
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

  /** Notes that somebody was refused, in memory only. @param at when, if it is not now */
  refused({ at = this.clock.now(), ...happening }: Happening & { readonly at?: Date }): void {
    this.refusals.note(happening, at);
  }
}
