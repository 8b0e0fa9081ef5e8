import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isUniqueViolation } from '../../database/database-errors.js';
import { deleteSome } from '../../database/delete-some.js';
import { execute, fromDatetime, patiently, toDatetime } from '../../database/statement.js';
import { IdempotencyKey } from './idempotency-key.entity.js';

export type Claim = Pick<
  IdempotencyKey,
  'keyHash' | 'userId' | 'requestHash' | 'secretHash' | 'tokenId' | 'claimedAt'
>;

interface Row {
  readonly request_hash: string;
  readonly secret_hash: string;
  readonly token_id: number | string | null;
  readonly claimed_at: string | Date;
}

/** Finds the token with the secret of a claim, in case the process died before it completed the claim. */
const MADE = `
  SELECT MIN(t.id) FROM personal_access_tokens t
  WHERE t.user_id = ? AND (t.secret_hash = ? OR t.previous_secret_hash = ?)`;

const FIND = `
  SELECT request_hash, secret_hash, token_id, claimed_at FROM idempotency_keys WHERE key_hash = ? AND user_id = ?`;

const TAKE_OVER = `
  UPDATE idempotency_keys SET request_hash = ?, secret_hash = ?, token_id = NULL, claimed_at = ?
  WHERE key_hash = ? AND user_id = ? AND secret_hash = ?
    AND (claimed_at <= ? OR (token_id IS NULL AND (${MADE}) IS NULL))`;

const COMPLETE = `
  UPDATE idempotency_keys SET token_id = ? WHERE key_hash = ? AND user_id = ? AND secret_hash = ?`;

const RELEASE = `
  DELETE FROM idempotency_keys
  WHERE key_hash = ? AND user_id = ? AND secret_hash = ? AND token_id IS NULL AND (${MADE}) IS NULL`;

/** Claims on idempotency keys. Each is made with the secret to hand out, so only one process holds a key. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns whether the key was free */
  async insert(claim: Claim): Promise<boolean> {
    try {
      await patiently(() => this.dataSource.getRepository(IdempotencyKey).insert(claim));
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async find(userId: number, keyHash: string): Promise<Claim | undefined> {
    const [row] = await this.dataSource.query<Row[]>(FIND, [keyHash, userId]);
    if (row === undefined) return undefined;
    const { request_hash: requestHash, secret_hash: secretHash, token_id, claimed_at } = row;
    const tokenId = token_id === null ? await this.findMade(userId, secretHash) : Number(token_id);
    return { keyHash, userId, requestHash, secretHash, tokenId, claimedAt: fromDatetime(claimed_at) };
  }

  /**
   * Takes over the key of a claim that has done nothing, or is old.
   * @param oldBefore claims made before this are old
   * @returns whether this call took it over
   */
  async takeOver(from: Claim, to: Claim, oldBefore: Date): Promise<boolean> {
    const { keyHash, userId, secretHash } = from;
    const now = [to.requestHash, to.secretHash, toDatetime(to.claimedAt)];
    const parameters = [keyHash, userId, secretHash, toDatetime(oldBefore), userId, secretHash, secretHash];
    return (await execute(this.dataSource, TAKE_OVER, [...now, ...parameters])).affected === 1;
  }

  async complete({ keyHash, userId, secretHash }: Claim, tokenId: number): Promise<void> {
    await execute(this.dataSource, COMPLETE, [tokenId, keyHash, userId, secretHash]);
  }

  /** Frees the key of a claim that has done nothing. After that, the claim can do nothing any more. */
  async release({ keyHash, userId, secretHash }: Claim): Promise<void> {
    await execute(this.dataSource, RELEASE, [keyHash, userId, secretHash, userId, secretHash, secretHash]);
  }

  /** Deletes some of the old claims. @returns 0 when none are left */
  deleteOld(oldBefore: Date, limit: number): Promise<number> {
    const old = { where: 'claimed_at <= ?', parameters: [toDatetime(oldBefore)] };
    return deleteSome(this.dataSource, { table: 'idempotency_keys', key: 'key_hash', ...old }, limit);
  }

  private async findMade(userId: number, secretHash: string): Promise<number | null> {
    const sql = `SELECT (${MADE}) AS id`;
    const [row] = await this.dataSource.query<{ id: number | string | null }[]>(sql, [
      userId,
      secretHash,
      secretHash,
    ]);
    return row === undefined || row.id === null ? null : Number(row.id);
  }
}

/**
 * The end of the WHERE in the statement that does what was claimed. The statement then does nothing if another process
 * has taken over the claim. The parameters are the hash of the key, twice, or null, and the hash of the secret.
 */
export const HOLDS_CLAIM = `
  (? IS NULL OR EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.key_hash = ? AND k.secret_hash = ?))`;
