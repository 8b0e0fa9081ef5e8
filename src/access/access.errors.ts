import { Problem, type ProblemExtras } from '../common/problem.js';
import type { ProblemCodeOf } from '../common/problem-codes.js';

type Challenge = Readonly<Partial<Record<'error' | 'error_description' | 'scope', string>>>;

/** A `WWW-Authenticate` header (RFC 6750 section 3). The values are ours and need no escaping. */
export function challenged(challenge: Challenge = {}): ProblemExtras {
  const parameters = Object.entries({ realm: 'latchkey', ...challenge });
  const value = parameters.map(([name, text]) => `${name}="${text}"`).join(', ');
  return { headers: { 'www-authenticate': `Bearer ${value}` } };
}

/** Tells whoever uses an expiring token when it ends, on every answer. */
export const expiryHeader = (expiresAt: Date) => ({
  'latchkey-token-expires-at': expiresAt.toISOString(),
});

/** The request has no credentials, so the challenge has no error attribute (RFC 6750 section 3.1). */
export class MissingCredentialsProblem extends Problem {
  /** @param what can be done about it */
  constructor(what = 'Sign in, or send a token') {
    const detail = `Unauthorized. ${what} in the header "Authorization: Bearer <token>".`;
    super('unauthorized', detail, challenged());
  }
}

export class SessionEndedProblem extends Problem {
  constructor() {
    super('session_ended', 'Unauthorized. Your session has ended; sign in again.', challenged());
  }
}

/** What the holder of the right secret is told. */
export interface KnownRefusal {
  readonly code: ProblemCodeOf<401>;
  readonly reason: string;
  readonly expiresAt: Date | null;
}

/** The same for every token that is not good, unless its holder knows the secret. */
export class InvalidTokenProblem extends Problem {
  constructor(known?: KnownRefusal) {
    const { headers } = challenged({
      error: 'invalid_token',
      ...(known && { error_description: known.reason }),
    });
    super(known?.code ?? 'invalid_token', `Unauthorized. ${known?.reason ?? 'The token is not valid.'}`, {
      headers: { ...headers, ...(known?.expiresAt && expiryHeader(known.expiresAt)) },
    });
  }
}

/** Credentials sent in a way that RFC 6750 does not allow, or that could be read in two ways. */
export class InvalidRequestProblem extends Problem {
  /** @param status 401 for gateways, which understand no other refusal */
  constructor(detail: string, status: 400 | 401 = 400) {
    const { headers } = challenged({ error: 'invalid_request', error_description: detail });
    super('invalid_request', detail, { status, headers });
  }
}

export class InsufficientScopeProblem extends Problem {
  constructor(scope: string) {
    super(
      'insufficient_scope',
      `The token lacks the scope ${scope}.`,
      challenged({ error: 'insufficient_scope', scope }),
    );
  }
}

export class SessionRequiredProblem extends Problem {
  constructor() {
    super('session_required', 'A token may not do this. Sign in with your password.');
  }
}

export class CrossOriginProblem extends Problem {
  constructor() {
    super(
      'cross_origin',
      'A change made with the session cookie needs an Origin or Sec-Fetch-Site header of the same origin.',
    );
  }
}
