import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often something happened in the current window of time. */
@Entity('rate_limits')
export class RateLimit {
  /** SHA-256 in hex of the limit's name and its key, so that nobody can read whom the row is about. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  name!: string;

  @Column({ type: 'int' })
  points!: number;

  /** In milliseconds, by the clock that the repository describes. */
  @Index('idx_rate_limits_ends_at')
  @Column({ name: 'ends_at', type: 'bigint' })
  endsAt!: number;
}
