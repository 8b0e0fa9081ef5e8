import { Problem } from '../common/problem.js';

/** The same for a token of somebody else and for one that does not exist. */
export class TokenNotFoundProblem extends Problem {
  constructor() {
    super(404, 'token_not_found', 'You have no such token.');
  }
}

export class NoCurrentTokenProblem extends Problem {
  constructor() {
    super(404, 'no_current_token', 'This request was made with a session, not with a token.');
  }
}

export class TokenLimitProblem extends Problem {
  constructor(limit: number) {
    super(
      409,
      'token_limit_reached',
      `You have ${limit} tokens, the most one account may have. Delete one first.`,
    );
  }
}
