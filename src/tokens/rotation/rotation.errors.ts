import { Problem } from '../../common/problem.js';

export class ExpiredTokenNotRotatedProblem extends Problem {
  constructor() {
    super(
      'token_has_expired',
      'This token has expired, and a new secret would not change that. Create another token.',
    );
  }
}

/** Another rotation of the same token was faster. */
export class RotatedMeanwhileProblem extends Problem {
  constructor() {
    super(
      'rotated_meanwhile',
      'Another request has just rotated this token. Use the secret it was given, or rotate once more.',
    );
  }
}

export class NoOverlapProblem extends Problem {
  constructor() {
    super('no_previous_secret', 'No previous secret of this token is accepted any more.');
  }
}
