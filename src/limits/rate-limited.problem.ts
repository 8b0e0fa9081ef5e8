import { Problem } from '../common/problem.js';
import type { ProblemCodeOf } from '../common/problem-codes.js';
import { rateLimitHeaders, type Standing } from '../common/standing.js';

/** A rate limit is exceeded. The answer says when to try again. */
export class RateLimitedProblem extends Problem {
  constructor(
    { code, complaint }: { readonly code: ProblemCodeOf<429>; readonly complaint: string },
    standing: Standing,
  ) {
    const { resetSeconds } = standing;
    super(code, `${complaint}. Try again in ${waitOf(resetSeconds)}.`, {
      headers: { 'retry-after': String(resetSeconds), ...rateLimitHeaders(standing) },
    });
  }
}

function waitOf(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}
