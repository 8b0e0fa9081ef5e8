/** How much of a rate limit is left. */
export interface Standing {
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Until the whole quota is available again. */
  readonly resetSeconds: number;
}

/** The headers that tell a client (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4). */
export const rateLimitHeaders = ({ name, quota, windowSeconds, remaining, resetSeconds }: Standing) => ({
  'ratelimit-policy': `"${name}";q=${quota};w=${windowSeconds}`,
  ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
});

/** The one with the least left. */
export const tightest = (standings: readonly Standing[]): Standing | undefined =>
  standings.toSorted((a, b) => a.remaining - b.remaining)[0];
