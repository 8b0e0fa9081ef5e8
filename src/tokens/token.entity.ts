import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { IdColumn, ListColumn, ReferenceColumn, TimestampColumn } from '../database/columns.js';
import { User } from '../users/user.entity.js';

@Entity('personal_access_tokens')
@Index('idx_personal_access_tokens_user_id_id', ['userId', 'id'])
export class PersonalAccessToken {
  @IdColumn()
  id!: number;

  @ReferenceColumn('user_id')
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_personal_access_tokens_user_id' })
  user?: Relation<User>;

  @Index('idx_personal_access_tokens_parent_id')
  @ReferenceColumn('parent_id', { nullable: true })
  parentId!: number | null;

  @ManyToOne(() => PersonalAccessToken, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'parent_id', foreignKeyConstraintName: 'fk_personal_access_tokens_parent_id' })
  parent?: Relation<PersonalAccessToken> | null;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  /** SHA-256 in hex of the whole secret, with prefix and checksum. */
  @Column({ name: 'secret_hash', type: 'varchar', length: 64 })
  secretHash!: string;

  @Column({ name: 'previous_secret_hash', type: 'varchar', length: 64, nullable: true })
  previousSecretHash!: string | null;

  @TimestampColumn('previous_secret_expires_at', { nullable: true })
  previousSecretExpiresAt!: Date | null;

  /** It stays after the overlap has ended. */
  @TimestampColumn('previous_secret_last_used_at', { nullable: true })
  previousSecretLastUsedAt!: Date | null;

  @TimestampColumn('rotated_at', { nullable: true })
  rotatedAt!: Date | null;

  @ListColumn('scopes')
  scopes!: string[];

  /** CIDR ranges the token may be used from; null for anywhere. */
  @ListColumn('allowed_cidrs', { nullable: true })
  allowedCidrs!: string[] | null;

  /** Requests in a minute; null for as many as it likes. */
  @Column({ name: 'rate_limit', type: 'int', nullable: true })
  rateLimit!: number | null;

  @Index('idx_personal_access_tokens_expires_at')
  @TimestampColumn('expires_at', { nullable: true })
  expiresAt!: Date | null;

  @TimestampColumn('last_used_at', { nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'last_used_ip', type: 'varchar', length: 45, nullable: true })
  lastUsedIp!: string | null;

  @TimestampColumn('created_at')
  createdAt!: Date;
}
