import { Injectable } from '@nestjs/common';
import type { Condition, UserProfile } from '../access/principal.js';
import { Clock } from '../config/clock.js';
import { Problem } from '../common/problem.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { normaliseEmail, type UserAccount, type UserCredentials } from './user.js';
import type { User } from './user.entity.js';
import { type PasswordChange, UserRepository } from './user.repository.js';

export class EmailTakenProblem extends Problem {
  constructor() {
    const detail = 'An account with this email address exists already.';
    super('email_taken', detail, { errors: [{ field: 'email', detail }] });
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
    const { passwordHash } = given;
    const user = await this.insert({ ...given, isService: false });
    return { user, passwordHash, passwordVersion: 0, disabled: false };
  }

  /** An account for a service: it has tokens, and nobody signs in to it. @throws EmailTakenProblem */
  createService(given: { name: string; email: string }): Promise<UserProfile> {
    return this.insert({ ...given, passwordHash: '', isService: true });
  }

  /** @returns undefined for nobody */
  async accountByEmail(email: string): Promise<UserAccount | undefined> {
    const user = await this.users.findByEmail(normaliseEmail(email));
    if (user === null) return undefined;
    const { isService, disabledAt } = user;
    return { user: profileOf(user), isService, disabled: disabledAt !== null };
  }

  private async insert(given: NewUser): Promise<UserProfile> {
    const user = { ...given, email: normaliseEmail(given.email), createdAt: this.clock.now() };
    try {
      return profileOf({ ...user, id: await this.users.insert(user) });
    } catch (error) {
      if (isUniqueViolation(error)) throw new EmailTakenProblem();
      throw error;
    }
  }

  /** @returns undefined for nobody, and for a service */
  async credentialsByEmail(email: string): Promise<UserCredentials | undefined> {
    return credentialsOf(await this.users.findByEmail(normaliseEmail(email)));
  }

  /**
   * Changes the password. The same statement ends every session that was opened with the old one.
   * @returns the new version, or undefined if another change came first, or whoever asks does not stand
   */
  async changePassword(change: PasswordChange, stands: Condition): Promise<number | undefined> {
    return (await this.users.updatePassword(change, stands)) ? change.version + 1 : undefined;
  }

  /** Replaces the hash by one of the same password with the parameters of today. */
  async rehash(id: number, version: number, passwordHash: string): Promise<void> {
    await this.users.updateHash(id, version, passwordHash);
  }
}

type NewUser = Pick<User, 'name' | 'email' | 'isService' | 'passwordHash'>;

function credentialsOf(user: User | null): UserCredentials | undefined {
  if (user === null || user.isService) return undefined;
  const { passwordHash, passwordVersion, disabledAt } = user;
  return { user: profileOf(user), passwordHash, passwordVersion, disabled: disabledAt !== null };
}

const profileOf = ({ id, name, email, createdAt }: UserProfile): UserProfile => ({
  id,
  name,
  email,
  createdAt,
});
