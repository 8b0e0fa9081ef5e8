import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Condition } from '../../access/principal.js';
import { isUniqueViolation } from '../../database/database-errors.js';
import { execute, toDatetime } from '../../database/statement.js';

/** How many secrets of one token are remembered. Older ones are deleted. */
const KEPT = 20;

/** A token, and a secret that it had before. */
export interface Retired {
  readonly secretHash: string;
  readonly tokenId: number;
  readonly tokenName: string;
  readonly userId: number;
}

const INSERT = `
  INSERT INTO retired_secrets (secret_hash, token_id, retired_at)
  SELECT t.secret_hash, t.id, ? FROM personal_access_tokens t WHERE t.id = ? AND t.secret_hash = ?`;

/** MySQL reads the table that it deletes from only through a temporary table. */
const DELETE_OLDER = `
  DELETE FROM retired_secrets WHERE token_id = ? AND retired_at <
    (SELECT oldest FROM (SELECT retired_at AS oldest FROM retired_secrets WHERE token_id = ?
      ORDER BY retired_at DESC LIMIT 1 OFFSET ${KEPT - 1}) kept)`;

const FIND = (count: number) => `
  SELECT r.secret_hash, r.token_id, t.name, t.user_id
  FROM retired_secrets r JOIN personal_access_tokens t ON t.id = r.token_id
  WHERE r.secret_hash IN (${Array<string>(count).fill('?').join(',')})`;

interface Row {
  readonly secret_hash: string;
  readonly token_id: number | string;
  readonly name: string;
  readonly user_id: number | string;
}

@Injectable()
export class RetiredSecretRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Remembers a secret that is about to be replaced. A parallel rotation may insert the same one. */
  async insert(tokenId: number, secretHash: string, at: Date, stands: Condition): Promise<void> {
    const sql = `${INSERT} AND ${stands.sql}`;
    try {
      await execute(this.dataSource, sql, [toDatetime(at), tokenId, secretHash, ...stands.parameters]);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    await execute(this.dataSource, DELETE_OLDER, [tokenId, tokenId]);
  }

  async find(secretHashes: readonly string[]): Promise<Retired[]> {
    const rows = await this.dataSource.query<Row[]>(FIND(secretHashes.length), [...secretHashes]);
    return rows.map(({ secret_hash, token_id, name, user_id }) => ({
      secretHash: secret_hash,
      tokenId: Number(token_id),
      tokenName: name,
      userId: Number(user_id),
    }));
  }
}
