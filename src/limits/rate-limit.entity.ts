import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often something happened within a window of time that is not over. */
@Entity('rate_limits')
export class RateLimit {
  /** The limit and what it counts, as a SHA-256 in hex: whom it is about is nobody's to read. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  name!: string;

  @Column({ type: 'int' })
  points!: number;

  /** In milliseconds, of the clock that the statements ask: see the repository. */
  @Index('idx_rate_limits_ends_at')
  @Column({ name: 'ends_at', type: 'bigint' })
  endsAt!: number;
}
