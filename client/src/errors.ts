/** What to tell a client where Latchkey said nothing about when to try again. */
const DEFAULT_RETRY_AFTER_SECONDS = 2;

/** Whatever `verify` says no with. No message holds a token. */
export abstract class LatchkeyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The token is not good, for whatever reason: answer 401. */
export class InvalidTokenError extends LatchkeyError {
  constructor() {
    super('The token is not valid.');
  }
}

/** The token is good, but not for this: answer 403. */
export class MissingScopeError extends LatchkeyError {
  /** @param scope the first of the scopes asked for that the token does not have */
  constructor(readonly scope: string) {
    super(`The token lacks the scope ${scope}.`);
  }
}

export interface UnavailableOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number | undefined;
}

/** Nobody can tell whether the token is good: answer 503, and let nothing pass. */
export class VerificationUnavailableError extends LatchkeyError {
  /** What Latchkey said, or 2. */
  readonly retryAfterSeconds: number;

  constructor(message: string, { retryAfterSeconds, ...options }: UnavailableOptions = {}) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS;
  }
}

/** Latchkey does not let this service ask: its operator has to mend that; trying again does not help. */
export class LatchkeyConfigurationError extends VerificationUnavailableError {}
