import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import type { Condition } from '../access/principal.js';
import { execute, patiently } from '../database/statement.js';
import { User } from './user.entity.js';

export interface PasswordChange {
  readonly id: number;
  /** The version of the password that it replaces. */
  readonly version: number;
  readonly passwordHash: string;
}

const UPDATE_PASSWORD = `
  UPDATE users SET password_hash = ?, password_version = ? WHERE id = ? AND password_version = ?`;

@Injectable()
export class UserRepository {
  private readonly users: Repository<User>;

  constructor(private readonly dataSource: DataSource) {
    this.users = dataSource.getRepository(User);
  }

  /** @returns the new id */
  async insert(
    user: Pick<User, 'name' | 'email' | 'isService' | 'passwordHash' | 'createdAt'>,
  ): Promise<number> {
    const { identifiers } = await patiently(() => this.users.insert(user));
    return Number(identifiers[0]?.id);
  }

  findByEmail(email: string): Promise<User | null> {
    return this.users.findOneBy({ email });
  }

  /** @returns whether that version was still the current one, and whoever asks for it stands */
  async updatePassword({ id, version, passwordHash }: PasswordChange, stands: Condition): Promise<boolean> {
    const sql = `${UPDATE_PASSWORD} AND ${stands.sql}`;
    const parameters = [passwordHash, version + 1, id, version, ...stands.parameters];
    return (await execute(this.dataSource, sql, parameters)).affected === 1;
  }

  /** Stores another hash of the same password. */
  async updateHash(id: number, version: number, passwordHash: string): Promise<void> {
    await patiently(() => this.users.update({ id, passwordVersion: version }, { passwordHash }));
  }
}
