import { type FieldError, Problem, ValidationProblem } from '../common/problem.js';

/** Nobody can tell a token of somebody else from one that does not exist. */
export class TokenNotFoundProblem extends Problem {
  constructor() {
    super('token_not_found', 'You have no such token.');
  }
}

export class NoCurrentTokenProblem extends Problem {
  constructor() {
    super('no_current_token', 'This request was made with a session, not with a token.');
  }
}

export class TokenCapProblem extends Problem {
  constructor(cap: number) {
    super('token_limit_reached', `You have ${cap} tokens, the most one account may have. Delete one first.`);
  }
}

/** Tokens may make one another only to some depth, because MySQL cascades a delete through at most 15 levels. */
export class TokenDepthProblem extends Problem {
  constructor(levels: number) {
    super(
      'token_depth_reached',
      `This token is at level ${levels}, the last: it cannot make tokens of its own. Use the one that made it.`,
    );
  }
}

/** Otherwise each child would have the rate limit for itself, and together they would exceed it. */
export class RateLimitedParentProblem extends Problem {
  constructor() {
    super(
      'exceeds_token',
      'A token with a rate limit cannot make tokens. Use one without a limit, or sign in.',
    );
  }
}

export class TokenChangedProblem extends Problem {
  constructor() {
    super('token_changed', 'The token was changed by somebody else at the same time. Try again.');
  }
}

/** A token may only make, change or rotate tokens that can do no more than itself. */
export class ExceedsTokenProblem extends Problem {
  /** @param errors the fields of the request that are too strong, if any */
  constructor(detail: string, errors?: readonly FieldError[]) {
    super('exceeds_token', detail, errors && { errors });
  }
}

/** Nobody may give a token more than its parent has, not even its owner. */
export class ExceedsParentProblem extends Problem {
  constructor(excess: FieldError) {
    super('exceeds_parent', excess.detail, { errors: [excess] });
  }
}

export class ExceededByChildrenProblem extends Problem {
  constructor(count: number) {
    const children = count === 1 ? 'A token that this one made' : `${count} tokens that this one made`;
    const detail = `${children} may be used from other addresses. Narrow or delete them first.`;
    super('exceeded_by_children', detail, { errors: [{ field: 'allowed_cidrs', detail }] });
  }
}

/** The expiry has the right form, but is in the past or too far away. */
export class ExpiryProblem extends ValidationProblem {
  constructor(detail: string) {
    super([{ field: 'expires_at', detail }]);
  }
}
