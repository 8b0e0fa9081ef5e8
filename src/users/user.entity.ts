import { Column, Entity, Index } from 'typeorm';
import { flag, IdColumn, TimestampColumn } from '../database/columns.js';

@Entity('users')
export class User {
  @IdColumn()
  id!: number;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  /** Normalised: see `normaliseEmail`. */
  @Index('uq_users_email', { unique: true })
  @Column({ type: 'varchar', length: 254 })
  email!: string;

  /** Nobody signs in as a service; it has tokens, and no password. */
  @Column({ name: 'is_service', type: 'tinyint', default: 0, transformer: flag })
  isService!: boolean;

  /** argon2id, as a PHC string; empty for a service. */
  @Column({ name: 'password_hash', type: 'varchar', length: 255 })
  passwordHash!: string;

  /** Counts the changes of password. A session belongs to the version it was opened with. */
  @Column({ name: 'password_version', type: 'int', default: 0 })
  passwordVersion!: number;

  @TimestampColumn('disabled_at', { nullable: true })
  disabledAt!: Date | null;

  @TimestampColumn('created_at')
  createdAt!: Date;
}
