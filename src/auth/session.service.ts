import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { digest } from '../common/digest.js';
import { MINUTE_MS } from '../common/durations.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import { SessionEndedProblem } from '../access/access.errors.js';
import type { Identity, Principal } from '../access/principal.js';
import { EVERYTHING } from '../access/scopes.js';
import { SessionRepository, standsAs } from './session.repository.js';

const ID_BYTES = 32;

/** The only moment when the id of a session exists in plain text on the server. */
export interface NewSession {
  /** What the cookie holds. */
  readonly id: string;
  readonly maxAgeSeconds: number;
}

@Injectable()
export class SessionService {
  private readonly logger = new Logger(SessionService.name);
  private readonly idleMs: number;
  private readonly maxMs: number;
  /** How stale `last_seen_at` may be, so that not every request writes. */
  private readonly touchAfterMs: number;

  constructor(
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.idleMs = settings.sessionIdleMinutes * MINUTE_MS;
    this.maxMs = settings.sessionMaxMinutes * MINUTE_MS;
    this.touchAfterMs = Math.min(MINUTE_MS, this.idleMs / 10);
  }

  /**
   * @param passwordVersion the version of the password that was right; the session ends when it changes
   * @throws SessionEndedProblem if it has changed already
   */
  async open(userId: number, passwordVersion: number): Promise<NewSession> {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const now = this.clock.now();
    await this.sessions.deleteOver(userId, now, new Date(now.getTime() - this.idleMs));
    const isOpen = await this.sessions.insert({
      idHash: digest(id),
      userId,
      passwordVersion,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + this.maxMs),
    });
    if (!isOpen) throw new SessionEndedProblem();
    return { id, maxAgeSeconds: this.maxMs / 1000 };
  }

  /** @returns the principal, or undefined for an id that is unknown or whose session is over */
  async authenticate(id: string): Promise<Identity | undefined> {
    const idHash = digest(id);
    const now = this.clock.now();
    const session = await this.sessions.findLive(idHash, now, new Date(now.getTime() - this.idleMs));
    if (session === undefined) return undefined;
    if (now.getTime() - session.lastSeenAt.getTime() > this.touchAfterMs) {
      this.touch(idHash, now);
    }
    return {
      user: session.user,
      scopes: [EVERYTHING],
      credential: { kind: 'session' },
      stands: standsAs(idHash),
    };
  }

  /** Nobody waits for this write, so that people can go on reading while nothing can be written. */
  private touch(idHash: string, now: Date): void {
    this.sessions.touch(idHash, now).catch((error: unknown) => {
      this.logger.warn(`Could not write when a session was last seen. ${String(error)}`);
    });
  }

  /** For whoever holds its id. */
  async close(id: string): Promise<void> {
    await this.sessions.delete(digest(id));
  }

  /** Ends the session that makes the request. @throws SessionEndedProblem if it has ended already */
  async end(id: string, principal: Principal): Promise<void> {
    const isEnded = await this.sessions.delete(digest(id), principal.stands(this.clock.now()));
    if (!isEnded) throw new SessionEndedProblem();
  }

  /** Forgets some of the sessions that are over. @returns 0 when none are left */
  prune(limit: number): Promise<number> {
    const now = this.clock.now();
    return this.sessions.deleteSomeOver(now, new Date(now.getTime() - this.idleMs), limit);
  }

  /** Forgets the sessions that a change to this version of the password has ended. */
  async forgetOutdated(userId: number, passwordVersion: number): Promise<void> {
    await this.sessions.deleteOutdated(userId, passwordVersion);
  }
}
