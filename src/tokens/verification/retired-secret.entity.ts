import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ReferenceColumn, TimestampColumn } from '../../database/columns.js';
import { PersonalAccessToken } from '../token.entity.js';

/** A secret that a token had before a rotation. */
@Entity('retired_secrets')
@Index('idx_retired_secrets_token_id', ['tokenId', 'retiredAt'])
export class RetiredSecret {
  /** SHA-256 of the secret, in hex. */
  @PrimaryColumn({ name: 'secret_hash', type: 'varchar', length: 64 })
  secretHash!: string;

  @ReferenceColumn('token_id')
  tokenId!: number;

  @ManyToOne(() => PersonalAccessToken, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'token_id', foreignKeyConstraintName: 'fk_retired_secrets_token_id' })
  token?: Relation<PersonalAccessToken>;

  @TimestampColumn('retired_at')
  retiredAt!: Date;
}
