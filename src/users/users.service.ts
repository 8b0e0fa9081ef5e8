import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Problem } from '../common/problem.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { type UserCredentials, type UserProfile, normaliseEmail } from './user.js';
import type { User } from './user.entity.js';
import { UserRepository } from './user.repository.js';

export class EmailTakenProblem extends Problem {
  constructor() {
    const detail = 'An account with this email address exists already.';
    super(409, 'email_taken', detail, { errors: [{ field: 'email', detail }] });
  }
}

@Injectable()
export class UsersService {
  constructor(
    private readonly users: UserRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws EmailTakenProblem */
  async create(given: { name: string; email: string; passwordHash: string }): Promise<UserCredentials> {
    const user = { ...given, email: normaliseEmail(given.email), createdAt: this.clock.now() };
    try {
      const id = await this.users.insert(user);
      return {
        user: { id, name: user.name, email: user.email, createdAt: user.createdAt },
        passwordHash: user.passwordHash,
        passwordVersion: 0,
        disabled: false,
      };
    } catch (error) {
      if (isUniqueViolation(error)) throw new EmailTakenProblem();
      throw error;
    }
  }

  async credentialsByEmail(email: string): Promise<UserCredentials | undefined> {
    return credentialsOf(await this.users.findByEmail(normaliseEmail(email)));
  }

  /**
   * Changes the password, which ends every session opened with the one before: one statement, so that
   * neither can happen without the other.
   * @returns the new version, or undefined if another change came first
   */
  async changePassword(id: number, version: number, passwordHash: string): Promise<number | undefined> {
    return (await this.users.updatePassword(id, version, passwordHash)) ? version + 1 : undefined;
  }

  /** Replaces the hash by one of the same password with the parameters of today. */
  async rehash(id: number, version: number, passwordHash: string): Promise<void> {
    await this.users.updateHash(id, version, passwordHash);
  }
}

function credentialsOf(user: User | null): UserCredentials | undefined {
  if (user === null) return undefined;
  const { id, name, email, createdAt, passwordHash, passwordVersion, disabledAt } = user;
  const profile: UserProfile = { id, name, email, createdAt };
  return { user: profile, passwordHash, passwordVersion, disabled: disabledAt !== null };
}
