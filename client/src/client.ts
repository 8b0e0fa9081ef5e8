import { isIP } from 'node:net';
import { InvalidTokenError, MissingScopeError } from './errors.js';
import { checkOptions, type LatchkeyClientOptions } from './options.js';
import { Queue } from './queue.js';
import { missingScope } from './scopes.js';
import { REAL_TIMING, type Timing } from './timing.js';
import type { VerifiedToken } from './verified-token.js';

export interface VerifyOptions {
  /** Where the token was presented; without it, a token that is bound to addresses is not good. */
  readonly clientIp?: string | undefined;
  /** Scopes the token must have, all of them. */
  readonly scopes?: readonly string[] | undefined;
  /** For whoever may lose interest; `verify` then fails with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_TOKEN_LENGTH = 200;

/** Looser than what Latchkey takes, so that it alone decides; what is not even this need not be asked about. */
const PLAUSIBLE = /^\d+\|\w+$/;

/**
 * Asks Latchkey whether tokens are good. Questions asked at the same time travel in one request. No answer is
 * kept: a token that was deleted is refused by the next question.
 *
 * Its fields are private to the language, so that no log of the object shows a token.
 */
export class LatchkeyClient {
  readonly #queue: Queue;

  /**
   * @param timing for tests
   * @throws TypeError or RangeError for options that are wrong
   */
  constructor(options: LatchkeyClientOptions, timing: Timing = REAL_TIMING) {
    this.#queue = new Queue(checkOptions(options), timing);
  }

  /**
   * @param token as it was presented, without the word Bearer
   * @throws InvalidTokenError answer 401
   * @throws MissingScopeError answer 403
   * @throws VerificationUnavailableError answer 503
   * @throws TypeError for a client's address that is none
   */
  async verify(token: string, options: VerifyOptions = {}): Promise<VerifiedToken> {
    const { clientIp, scopes = [], signal } = options;
    signal?.throwIfAborted();
    if (!isPlausible(token)) throw new InvalidTokenError();
    if (clientIp !== undefined && isIP(clientIp) === 0)
      throw new TypeError('clientIp must be an IP address.');
    const verified = await this.#queue.ask({ token, clientIp }, signal);
    const missing = missingScope(verified.scopes, scopes);
    if (missing !== undefined) throw new MissingScopeError(missing);
    return verified;
  }

  /** Takes no more questions, and resolves when those under way are answered, or late. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}

const isPlausible = (token: unknown): boolean =>
  typeof token === 'string' && token.length <= MAX_TOKEN_LENGTH && PLAUSIBLE.test(token);
