import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { patiently } from '../database/statement.js';
import { User } from './user.entity.js';

@Injectable()
export class UserRepository {
  private readonly users: Repository<User>;

  constructor(dataSource: DataSource) {
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

  /** @returns whether that version was still the current one */
  async updatePassword(id: number, version: number, passwordHash: string): Promise<boolean> {
    const next = { passwordHash, passwordVersion: version + 1 };
    const { affected } = await patiently(() => this.users.update({ id, passwordVersion: version }, next));
    return affected === 1;
  }

  /** Stores another hash of the same password. */
  async updateHash(id: number, version: number, passwordHash: string): Promise<void> {
    await patiently(() => this.users.update({ id, passwordVersion: version }, { passwordHash }));
  }
}
