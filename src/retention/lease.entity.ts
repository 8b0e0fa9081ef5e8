import { Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../database/columns.js';

/** A task that one instance does for all. */
@Entity('leases')
export class Lease {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: string;

  /** Until then, the task belongs to the instance that claimed it last. */
  @TimestampColumn('expires_at')
  expiresAt!: Date;
}
