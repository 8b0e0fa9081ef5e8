import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../database/columns.js';
import type { EventKind } from './audit-event.js';

/** What happened to somebody, by ids alone: it stays when what it tells of is gone. */
@Entity('audit_events')
@Index('idx_audit_events_user_id_id', ['userId', 'id'])
@Index('idx_audit_events_token_id_id', ['tokenId', 'id'])
export class AuditEvent {
  @IdColumn()
  id!: number;

  @ReferenceColumn('user_id')
  userId!: number;

  @Column({ type: 'varchar', length: 32 })
  kind!: EventKind;

  @ReferenceColumn('token_id', { nullable: true })
  tokenId!: number | null;

  @Column({ name: 'token_name', type: 'varchar', length: 255, nullable: true })
  tokenName!: string | null;

  @ReferenceColumn('actor_token_id', { nullable: true })
  actorTokenId!: number | null;

  @Column({ type: 'varchar', length: 45, nullable: true })
  address!: string | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 255, nullable: true })
  userAgent!: string | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  detail!: string | null;

  /** How often; more than 1 only where there is a bucket. */
  @Column({ type: 'int' })
  count!: number;

  /** Events with the same are one row; null for one that stands alone. */
  @Index('uq_audit_events_bucket', { unique: true })
  @Column({ type: 'varchar', length: 80, nullable: true })
  bucket!: string | null;

  @TimestampColumn('created_at')
  createdAt!: Date;

  @Index('idx_audit_events_last_at')
  @TimestampColumn('last_at')
  lastAt!: Date;
}
