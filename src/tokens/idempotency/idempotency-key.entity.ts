import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ReferenceColumn, TimestampColumn } from '../../database/columns.js';
import { User } from '../../users/user.entity.js';

/** A request that hands out a secret only once, however often it is sent. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  /** SHA-256 of the sender and the key. */
  @PrimaryColumn({ name: 'key_hash', type: 'varchar', length: 64 })
  keyHash!: string;

  @Index('idx_idempotency_keys_user_id')
  @ReferenceColumn('user_id')
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_idempotency_keys_user_id' })
  user?: Relation<User>;

  /** SHA-256 of the operation and the body. */
  @Column({ name: 'request_hash', type: 'varchar', length: 64 })
  requestHash!: string;

  /** The hash of the secret that the request hands out. If a token has this hash, the request has been done. */
  @Column({ name: 'secret_hash', type: 'varchar', length: 64 })
  secretHash!: string;

  /** The token that got the secret. It may be deleted by now. Null until this is written. */
  @ReferenceColumn('token_id', { nullable: true })
  tokenId!: number | null;

  @Index('idx_idempotency_keys_claimed_at')
  @TimestampColumn('claimed_at')
  claimedAt!: Date;
}
