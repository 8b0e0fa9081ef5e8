import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ALWAYS, type Stands, type UserProfile } from '../access/principal.js';
import { deleteSome } from '../database/delete-some.js';
import { demotedColumn } from '../database/demotion.js';
import { execute, fromDatetime, toDatetime } from '../database/statement.js';
import type { Session } from './session.entity.js';

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
const FIND_LIVE = (demoted: string) => `
  SELECT s.user_id, s.last_seen_at, u.name, u.email, u.created_at, ${demoted}
  FROM sessions s JOIN users u ON u.id = s.user_id AND u.password_version = s.password_version
  WHERE s.id_hash = ? AND s.expires_at > ? AND s.last_seen_at > ? AND u.disabled_at IS NULL`;

/** MySQL reads the table that it changes only through a temporary table, which `DISTINCT` makes it build. */
const SESSION_STANDS = `EXISTS (SELECT 1 FROM (
  SELECT DISTINCT s.id_hash
  FROM sessions s JOIN users u ON u.id = s.user_id AND u.password_version = s.password_version
  WHERE s.id_hash = ? AND s.expires_at > ? AND u.disabled_at IS NULL) actor)`;

/** The idle limit is left out, because the request that asks was the last use. */
export const standsAs =
  (idHash: string): Stands =>
  (now) => ({ sql: SESSION_STANDS, parameters: [idHash, toDatetime(now)] });

/** With the version of the password that was right; nobody may change it while a session is opened by the old one. */
const INSERT = `
  INSERT INTO sessions (id_hash, user_id, password_version, created_at, last_seen_at, expires_at)
  SELECT ?, u.id, u.password_version, ?, ?, ? FROM users u
  WHERE u.id = ? AND u.password_version = ? AND u.disabled_at IS NULL`;

@Injectable()
export class SessionRepository {
  private readonly sqlOfLive: string;

  constructor(private readonly dataSource: DataSource) {
    this.sqlOfLive = FIND_LIVE(demotedColumn(dataSource));
  }

  /** @returns whether the user still has that version of the password, and is not disabled */
  async insert({ idHash, userId, passwordVersion, ...times }: Omit<Session, 'user'>): Promise<boolean> {
    const { createdAt, lastSeenAt, expiresAt } = times;
    const at = [createdAt, lastSeenAt, expiresAt].map(toDatetime);
    const { affected } = await execute(this.dataSource, INSERT, [idHash, ...at, userId, passwordVersion]);
    return affected === 1;
  }

  /** @param seenAfter the idle limit: a session last seen before that is over */
  async findLive(idHash: string, now: Date, seenAfter: Date): Promise<LiveSession | undefined> {
    const parameters = [idHash, toDatetime(now), toDatetime(seenAfter)];
    const [row] = await this.dataSource.query<Row[]>(this.sqlOfLive, parameters);
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

  /** @returns whether this call ended it */
  async delete(idHash: string, stands = ALWAYS): Promise<boolean> {
    const sql = `DELETE FROM sessions WHERE id_hash = ? AND ${stands.sql}`;
    return (await execute(this.dataSource, sql, [idHash, ...stands.parameters])).affected === 1;
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
