import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ReferenceColumn, TimestampColumn } from '../database/columns.js';
import { User } from '../users/user.entity.js';

/** A signed-in browser. */
@Entity('sessions')
export class Session {
  /** SHA-256 of the id in the cookie, in hex. */
  @PrimaryColumn({ name: 'id_hash', type: 'varchar', length: 64 })
  idHash!: string;

  @Index('idx_sessions_user_id')
  @ReferenceColumn('user_id')
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_sessions_user_id' })
  user?: Relation<User>;

  @Column({ name: 'password_version', type: 'int' })
  passwordVersion!: number;

  @TimestampColumn('created_at')
  createdAt!: Date;

  @TimestampColumn('last_seen_at')
  lastSeenAt!: Date;

  /** The absolute limit. */
  @TimestampColumn('expires_at')
  expiresAt!: Date;
}
