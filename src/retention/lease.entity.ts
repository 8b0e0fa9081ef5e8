import { Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../database/columns.js';

/** A piece of work that one instance does for all. */
@Entity('leases')
export class Lease {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: string;

  /** Until then, whoever claimed it last has it. */
  @TimestampColumn('expires_at')
  expiresAt!: Date;
}
