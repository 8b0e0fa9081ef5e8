import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Condition } from '../../access/principal.js';
import { execute, toDatetime } from '../../database/statement.js';
import { HOLDS_CLAIM } from '../idempotency/idempotency.repository.js';

export interface Rotation {
  readonly id: number;
  readonly userId: number;
  /** The hash of the present secret, which becomes the previous one. */
  readonly from: string;
  readonly to: string;
  readonly at: Date;
  /** The previous secret is accepted until then. Null if it is not accepted at all. */
  readonly overlapEnd: Date | null;
  /** Hash of the idempotency key; null for none. */
  readonly keyHash: string | null;
}

/** Compares and sets: if several rotations saw the same secret, only one changes the row. */
const ROTATE = `
  UPDATE personal_access_tokens
  SET secret_hash = ?, rotated_at = ?, previous_secret_hash = ?, previous_secret_expires_at = ?,
      previous_secret_last_used_at = last_used_at
  WHERE id = ? AND user_id = ? AND secret_hash = ? AND ${HOLDS_CLAIM}`;

const END_OVERLAP = `
  UPDATE personal_access_tokens SET previous_secret_hash = NULL, previous_secret_expires_at = NULL
  WHERE id = ? AND user_id = ? AND previous_secret_expires_at > ?`;

@Injectable()
export class RotationRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns whether this call rotated the token */
  async rotate(
    { id, userId, from, to, at, overlapEnd, keyHash }: Rotation,
    stands: Condition,
  ): Promise<boolean> {
    const previous = overlapEnd === null ? [null, null] : [from, toDatetime(overlapEnd)];
    const parameters = [to, toDatetime(at), ...previous, id, userId, from, keyHash, keyHash, to];
    const sql = `${ROTATE} AND ${stands.sql}`;
    return (await execute(this.dataSource, sql, [...parameters, ...stands.parameters])).affected === 1;
  }

  /** @returns whether an overlap was running */
  async endOverlap(userId: number, id: number, now: Date, stands: Condition): Promise<boolean> {
    const sql = `${END_OVERLAP} AND ${stands.sql}`;
    const parameters = [id, userId, toDatetime(now), ...stands.parameters];
    return (await execute(this.dataSource, sql, parameters)).affected === 1;
  }
}
