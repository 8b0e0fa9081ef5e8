import { Injectable } from '@nestjs/common';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { ValidationProblem } from '../common/problem.js';
import { codePoints } from '../common/text.js';

export const MIN_PASSWORD_LENGTH = 15;
export const MAX_PASSWORD_LENGTH = 1024;

/** On the scale of zxcvbn. A password with less is found with fewer than 10^8 guesses. */
const LEAST_SCORE = 3;

/** Bounds what one check costs. A hostile password takes 0.03 s of CPU; with the defaults it would be 0.4 s. */
const CHECK_BOUNDS = { maxLength: 64, l33tMaxSubstitutions: 4 };

/** What is wrong with the form of a password. Whether it is a common one, `PasswordPolicy` finds out. */
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
   * @param personal what the password must not be, such as the name of the person
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

/** Loaded at the first use, because the dictionary takes 25 MB and 80 ms. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, ...CHECK_BOUNDS });
}
