import { challenged } from '../access/access.errors.js';
import { Problem } from '../common/problem.js';

export class WrongPasswordProblem extends Problem {
  /** @param limits how many attempts are left */
  constructor(limits: Readonly<Record<string, string>> = {}) {
    super('wrong_password', 'Unauthorized. The email address or the password is wrong.', {
      headers: { ...challenged().headers, ...limits },
    });
  }
}

export class UserDisabledProblem extends Problem {
  constructor() {
    super('user_disabled', 'Unauthorized. This account is disabled.', challenged());
  }
}

export class RegistrationClosedProblem extends Problem {
  constructor() {
    super('registration_closed', 'Registration is closed. Ask the operator for an account.');
  }
}

export class SignInBusyProblem extends Problem {
  constructor() {
    super('sign_in_busy', 'Too many people are signing in at this moment. Try again.', {
      headers: { 'retry-after': '2' },
    });
  }
}
