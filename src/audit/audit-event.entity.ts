import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../database/columns.js';
import type { EventKind } from './audit-event.js';

/** Something that happened to a user. It holds ids and no foreign keys, so it outlives the token it is about. */
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

  /** How often it happened. More than 1 only for events with a bucket. */
  @Column({ type: 'int' })
  count!: number;

  /** Events with the same bucket share one row. Null for an event with a row of its own. */
  @Index('uq_audit_events_bucket', { unique: true })
  @Column({ type: 'varchar', length: 80, nullable: true })
  bucket!: string | null;

  @TimestampColumn('created_at')
  createdAt!: Date;

  @Index('idx_audit_events_last_at')
  @TimestampColumn('last_at')
  lastAt!: Date;
}
