import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ReferenceColumn, TimestampColumn } from '../../database/columns.js';
import { User } from '../../users/user.entity.js';

/** A request that shall hand out a secret once, however often it is sent. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  /** SHA-256 of who sent it and the key. */
  @PrimaryColumn({ name: 'key_hash', type: 'varchar', length: 64 })
  keyHash!: string;

  @Index('idx_idempotency_keys_user_id')
  @ReferenceColumn('user_id')
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_idempotency_keys_user_id' })
  user?: Relation<User>;

  /** SHA-256 of what is asked for. */
  @Column({ name: 'request_hash', type: 'varchar', length: 64 })
  requestHash!: string;

  /** The hash of the secret it is about to hand out: where a token has it, the request has been done. */
  @Column({ name: 'secret_hash', type: 'varchar', length: 64 })
  secretHash!: string;

  /** The token it was done to, which may be deleted by now; null until that is written down. */
  @ReferenceColumn('token_id', { nullable: true })
  tokenId!: number | null;

  @Index('idx_idempotency_keys_claimed_at')
  @TimestampColumn('claimed_at')
  claimedAt!: Date;
}
