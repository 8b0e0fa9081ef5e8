import { Injectable } from '@nestjs/common';
import { ValidationProblem } from '../common/problem.js';
import { Settings } from '../config/settings.js';
import type { UserProfile } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import {
  RegistrationClosedProblem,
  SessionEndedProblem,
  UserDisabledProblem,
  WrongPasswordProblem,
} from './auth.errors.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordPolicy } from './password-policy.js';
import { type NewSession, SessionService } from './session.service.js';
import { SignInThrottle } from './sign-in-throttle.js';

export interface SignedIn {
  readonly user: UserProfile;
  readonly session: NewSession;
}

/** How a person becomes known: by registering, by a password, by a changed password. */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionService,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly throttle: SignInThrottle,
    private readonly settings: Settings,
  ) {}

  get registrationOpen(): boolean {
    return this.settings.registration === 'open';
  }

  /** @param address where it comes from
   * @throws RegistrationClosedProblem, ValidationProblem, EmailTakenProblem */
  async register(
    given: { name: string; email: string; password: string },
    address: string,
  ): Promise<SignedIn> {
    if (!this.registrationOpen) throw new RegistrationClosedProblem();
    const { name, email, password } = given;
    await this.policy.check('password', password, [name, email]);
    const passwordHash = await this.hasher.hash(password);
    const { user, passwordVersion } = await this.users.create({ name, email, passwordHash });
    await this.throttle.recognise(user.email, address);
    return { user, session: await this.sessions.open(user.id, passwordVersion) };
  }

  /**
   * @param address where the attempt comes from
   * @throws WrongPasswordProblem, UserDisabledProblem, TooManyAttemptsProblem, SignInBusyProblem
   */
  async signIn(given: { email: string; password: string }, address: string): Promise<SignedIn> {
    const { user, passwordVersion } = await this.throttle.attempt(given.email, address, () =>
      this.prove(given.email, given.password),
    );
    return { user, session: await this.sessions.open(user.id, passwordVersion) };
  }

  /**
   * Ends all sessions of the user, and opens one for whoever changed the password.
   * @throws ValidationProblem, TooManyAttemptsProblem, SignInBusyProblem
   */
  async changePassword(
    { id, name, email }: UserProfile,
    given: { current_password: string; new_password: string },
    address: string,
  ): Promise<NewSession> {
    const { passwordVersion } = await this.throttle
      .attempt(email, address, () => this.prove(email, given.current_password))
      .catch((error: unknown) => {
        if (!(error instanceof WrongPasswordProblem)) throw error;
        const detail = 'Current password is wrong.';
        throw new ValidationProblem([{ field: 'current_password', detail }]);
      });
    await this.policy.check('new_password', given.new_password, [name, email]);
    const newVersion = await this.users.changePassword(
      id,
      passwordVersion,
      await this.hasher.hash(given.new_password),
    );
    if (newVersion === undefined) throw new SessionEndedProblem();
    await this.sessions.forgetOutdated(id, newVersion);
    return this.sessions.open(id, newVersion);
  }

  /** Somebody unknown, somebody with another password: the same answer after the same work. */
  private async prove(email: string, password: string) {
    const credentials = await this.users.credentialsByEmail(email);
    const right = await this.hasher.verify(credentials?.passwordHash, password);
    if (credentials === undefined || !right) throw new WrongPasswordProblem();
    if (credentials.disabled) throw new UserDisabledProblem();
    const { user, passwordHash, passwordVersion } = credentials;
    if (this.hasher.isOutdated(passwordHash)) {
      await this.users.rehash(user.id, passwordVersion, await this.hasher.hash(password));
    }
    return { user, passwordVersion };
  }
}
