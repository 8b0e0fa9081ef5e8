import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { UserProfile } from '../access/principal.js';
import { deleteSome } from '../database/delete-some.js';
import { execute, patiently, fromDatetime, toDatetime } from '../database/statement.js';
import { Session } from './session.entity.js';

export interface LiveSession {
  readonly user: UserProfile;
  readonly lastSeenAt: Date;
}

interface Row {
  readonly user_id: number | string;
  readonly name: string;
  readonly email: string;
  readonly created_at: string | Date;
  readonly last_seen_at: string | Date;
}

/** A session is live only if its user is enabled and has not changed the password since. */
const FIND_LIVE = `
  SELECT s.user_id, s.last_seen_at, u.name, u.email, u.created_at
  FROM sessions s JOIN users u ON u.id = s.user_id AND u.password_version = s.password_version
  WHERE s.id_hash = ? AND s.expires_at > ? AND s.last_seen_at > ? AND u.disabled_at IS NULL`;

@Injectable()
export class SessionRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(session: Omit<Session, 'user'>): Promise<void> {
    await patiently(() => this.dataSource.getRepository(Session).insert(session));
  }

  /** @param seenAfter the idle limit: a session last seen before that is over */
  async findLive(idHash: string, now: Date, seenAfter: Date): Promise<LiveSession | undefined> {
    const parameters = [idHash, toDatetime(now), toDatetime(seenAfter)];
    const [row] = await this.dataSource.query<Row[]>(FIND_LIVE, parameters);
    if (row === undefined) return undefined;
    const { user_id, name, email, created_at, last_seen_at } = row;
    return {
      user: { id: Number(user_id), name, email, createdAt: fromDatetime(created_at) },
      lastSeenAt: fromDatetime(last_seen_at),
    };
  }

  async touch(idHash: string, now: Date): Promise<void> {
    await execute(this.dataSource, 'UPDATE sessions SET last_seen_at = ? WHERE id_hash = ?', [
      toDatetime(now),
      idHash,
    ]);
  }

  async delete(idHash: string): Promise<void> {
    await execute(this.dataSource, 'DELETE FROM sessions WHERE id_hash = ?', [idHash]);
  }

  /** Deletes the user's sessions that have reached a limit. */
  async deleteOver(userId: number, now: Date, seenAfter: Date): Promise<void> {
    const sql = 'DELETE FROM sessions WHERE user_id = ? AND (expires_at <= ? OR last_seen_at <= ?)';
    await execute(this.dataSource, sql, [userId, toDatetime(now), toDatetime(seenAfter)]);
  }

  /** Deletes some of the sessions of all users that have reached a limit. @returns 0 when none are left */
  deleteSomeOver(now: Date, seenAfter: Date, limit: number): Promise<number> {
    const where = 'expires_at <= ? OR last_seen_at <= ?';
    const parameters = [toDatetime(now), toDatetime(seenAfter)];
    return deleteSome(this.dataSource, { table: 'sessions', key: 'id_hash', where, parameters }, limit);
  }

  /** Deletes the sessions that a change of password has ended. */
  async deleteOutdated(userId: number, passwordVersion: number): Promise<void> {
    await execute(this.dataSource, 'DELETE FROM sessions WHERE user_id = ? AND password_version < ?', [
      userId,
      passwordVersion,
    ]);
  }
}
