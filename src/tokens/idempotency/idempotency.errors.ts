import { Problem } from '../../common/problem.js';
import { TOKENS_PATH } from '../token-path.js';

/** @param tokenId the token that the first request made or rotated */
export class IdempotencyReplayedProblem extends Problem {
  constructor(tokenId: number) {
    super(
      'idempotency_replayed',
      'This request has been done already, and a secret is shown only once. Use the first answer; without it, ' +
        'delete the token that Location names, or rotate it with another Idempotency-Key.',
      { headers: { location: `/${TOKENS_PATH}/${tokenId}` } },
    );
  }
}

export class IdempotencyInProgressProblem extends Problem {
  constructor() {
    super(
      'idempotency_in_progress',
      'A request with this Idempotency-Key is under way. Try again in a few seconds, with the same key.',
      { headers: { 'retry-after': '2' } },
    );
  }
}

export class IdempotencyKeyReusedProblem extends Problem {
  constructor() {
    super(
      'idempotency_key_reused',
      'This Idempotency-Key belongs to another request. Choose a new one for each thing you want done.',
    );
  }
}
