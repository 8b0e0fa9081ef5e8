import { Injectable } from '@nestjs/common';
import type { Client, Principal, UserProfile } from '../access/principal.js';
import { AuditLog } from '../audit/audit-log.js';
import { ValidationProblem } from '../common/problem.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import type { Limit } from '../limits/limit.js';
import { networkOf } from '../common/address.js';
import { RateLimits } from '../limits/rate-limits.js';
import { RateLimitedProblem } from '../limits/rate-limited.problem.js';
import type { Standing } from '../common/standing.js';
import { Metrics } from '../metrics/metrics.js';
import { UsersService } from '../users/users.service.js';
import { SessionEndedProblem } from '../access/access.errors.js';
import {
  RegistrationClosedProblem,
  SignInBusyProblem,
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
  private readonly registrations: Limit;

  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionService,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly throttle: SignInThrottle,
    private readonly audit: AuditLog,
    private readonly settings: Settings,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    limits: RateLimits,
  ) {
    this.registrations = limits.of('registration');
  }

  get registrationOpen(): boolean {
    return this.settings.registration === 'open';
  }

  /**
   * Every attempt is counted, even if the password is refused, because checking and hashing a password is work.
   * @throws RegistrationClosedProblem, ValidationProblem, RateLimitedProblem, EmailTakenProblem
   */
  async register(
    given: { name: string; email: string; password: string },
    client: Client,
  ): Promise<SignedIn & { readonly standing: Standing }> {
    if (!this.registrationOpen) throw new RegistrationClosedProblem();
    const { name, email, password } = given;
    const standing = await this.registrations.consume(networkOf(client.address));
    await this.policy.check('password', password, [name, email]);
    const passwordHash = await this.hasher.hash(password);
    const { user, passwordVersion } = await this.users.create({ name, email, passwordHash });
    await this.throttle.recognise(user.email, client.address);
    const session = await this.sessions.open(user.id, passwordVersion);
    await this.audit.record({ userId: user.id, kind: 'signed_up', client });
    return { user, session, standing };
  }

  /** @throws WrongPasswordProblem, UserDisabledProblem, RateLimitedProblem, SignInBusyProblem */
  async signIn(given: { email: string; password: string }, client: Client): Promise<SignedIn> {
    try {
      const { user, passwordVersion } = await this.throttle.attempt(given.email, client.address, () =>
        this.prove(given.email, given.password, client),
      );
      const session = await this.sessions.open(user.id, passwordVersion);
      await this.audit.record({ userId: user.id, kind: 'signed_in', client });
      this.metrics.signIns.ok.add();
      return { user, session };
    } catch (error) {
      this.metrics.signIns[failureOf(error)].add();
      throw error;
    }
  }

  /** @param id of the session that ends @throws SessionEndedProblem */
  async signOut(principal: Principal, id: string, client: Client): Promise<void> {
    await this.sessions.end(id, principal);
    const userId = principal.user.id;
    await this.audit.record({ userId, kind: 'signed_out', client });
  }

  /**
   * Ends all sessions of the user, and opens one for whoever changed the password.
   * @throws ValidationProblem, RateLimitedProblem, SignInBusyProblem, SessionEndedProblem
   */
  async changePassword(
    principal: Principal,
    given: { current_password: string; new_password: string },
    client: Client,
  ): Promise<NewSession> {
    const { id, name, email } = principal.user;
    const { passwordVersion } = await this.throttle
      .attempt(email, client.address, () => this.prove(email, given.current_password, client))
      .catch((error: unknown) => {
        if (!(error instanceof WrongPasswordProblem)) throw error;
        const detail = 'Current password is wrong.';
        throw new ValidationProblem([{ field: 'current_password', detail }]);
      });
    if (isSame(given.new_password, given.current_password)) {
      const detail = 'New password must be another one than the current one.';
      throw new ValidationProblem([{ field: 'new_password', detail }]);
    }
    await this.policy.check('new_password', given.new_password, [name, email]);
    const passwordHash = await this.hasher.hash(given.new_password);
    const newVersion = await this.users.changePassword(
      { id, version: passwordVersion, passwordHash },
      principal.stands(this.clock.now()),
    );
    if (newVersion === undefined) throw new SessionEndedProblem();
    await this.audit.record({ userId: id, kind: 'password_changed', client });
    await this.sessions.forgetOutdated(id, newVersion);
    return this.sessions.open(id, newVersion);
  }

  /** An unknown address and a wrong password get the same answer, after the same work. */
  private async prove(email: string, password: string, client: Client) {
    const credentials = await this.users.credentialsByEmail(email);
    const right = await this.hasher.verify(credentials?.passwordHash, password);
    if (credentials === undefined) throw new WrongPasswordProblem();
    const failed = { userId: credentials.user.id, kind: 'sign_in_failed', client } as const;
    if (!right) {
      this.audit.refused({ ...failed, detail: 'wrong password' });
      throw new WrongPasswordProblem();
    }
    if (credentials.disabled) {
      this.audit.refused({ ...failed, detail: 'account disabled' });
      throw new UserDisabledProblem();
    }
    const { user, passwordHash, passwordVersion } = credentials;
    if (this.hasher.isOutdated(passwordHash)) {
      await this.users.rehash(user.id, passwordVersion, await this.hasher.hash(password));
    }
    return { user, passwordVersion };
  }
}

/** Passwords are compared in the form that is hashed. */
const isSame = (one: string, other: string): boolean => one.normalize('NFKC') === other.normalize('NFKC');

function failureOf(error: unknown): Exclude<keyof Metrics['signIns'], 'ok'> {
  if (error instanceof WrongPasswordProblem) return 'wrong_password';
  if (error instanceof UserDisabledProblem) return 'user_disabled';
  if (error instanceof RateLimitedProblem) return 'rate_limited';
  return error instanceof SignInBusyProblem ? 'busy' : 'failed';
}
