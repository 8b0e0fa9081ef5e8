import { Injectable } from '@nestjs/common';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { ValidationProblem } from '../common/problem.js';
import { codePoints } from '../common/text.js';

export const MIN_PASSWORD_LENGTH = 15;
export const MAX_PASSWORD_LENGTH = 1024;

/** zxcvbn's scale: below 3, fewer than 10^8 guesses find the password. */
const LEAST_SCORE = 3;

/** Bounds on what one check may cost: with the defaults, a hostile password takes 0.4 s of CPU; so, 0.03 s. */
const CHECK_BOUNDS = { maxLength: 64, l33tMaxSubstitutions: 4 };

/** What is wrong with the shape of a password; whether it is a common one, only PasswordPolicy can tell. */
export function passwordFault(label: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return `${label} is required.`;
  if (typeof value !== 'string') return `${label} must be a string.`;
  if (!value.isWellFormed()) return `${label} must be valid Unicode text.`;
  const length = codePoints(value);
  if (length < MIN_PASSWORD_LENGTH) return `${label} must be at least ${MIN_PASSWORD_LENGTH} characters.`;
  if (length > MAX_PASSWORD_LENGTH) return `${label} must be at most ${MAX_PASSWORD_LENGTH} characters.`;
  return undefined;
}

/** Refuses common and easily guessed passwords (OWASP ASVS 5.0, 6.2.4). */
@Injectable()
export class PasswordPolicy {
  private estimator: Promise<ZxcvbnFactory> | undefined;

  /**
   * @param field the request's field, for the error
   * @param personal what is known of the person and must not be the password
   * @throws ValidationProblem
   */
  async check(field: string, password: string, personal: readonly string[]): Promise<void> {
    this.estimator ??= loadEstimator();
    const known = ['latchkey', ...personal].map(plain);
    const { score } = (await this.estimator).check(password.normalize('NFKC'), known);
    if (score < LEAST_SCORE || known.includes(plain(password))) {
      const detail =
        'This password is too common or too easy to guess. Choose another, such as four random words.';
      throw new ValidationProblem([{ field, detail }]);
    }
  }
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Loaded at the first use: the dictionary takes 25 MB and 80 ms, which a service nobody signs up to saves. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, ...CHECK_BOUNDS });
}
