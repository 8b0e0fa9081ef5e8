import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Algorithm, hash, parseOptions, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { Metrics } from '../metrics/metrics.js';
import { SignInBusyProblem } from './auth.errors.js';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = {
  // The package's enum exists only in its types. 2 is argon2id.
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/** Hashing uses the four threads of libuv, which the file system needs, too. More at once would make it wait. */
const AT_ONCE = 2;
const WAITING_AT_MOST = 100;

/** argon2id, a few at a time. A password is compared in its Unicode normal form (NIST SP 800-63B, 3.1.1.2). */
@Injectable()
export class PasswordHasher {
  private readonly limit = pLimit(AT_ONCE);
  /** An unknown account is compared with this hash, so that it takes as long as a known one. */
  private readonly decoy = this.hash(randomBytes(16).toString('hex'));

  constructor(metrics: Metrics) {
    metrics.passwordHashesWaiting.of(() => this.limit.pendingCount);
  }

  /** @returns a PHC string */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password.normalize('NFKC'), PARAMETERS));
  }

  /** @param stored undefined for an unknown account, which is never right, and takes as long */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const digest = stored ?? (await this.decoy);
    const right = await this.inTurn(() => verify(digest, password.normalize('NFKC')));
    return right && stored !== undefined;
  }

  /** Whether a stored hash was made with weaker parameters than those of today. */
  isOutdated(stored: string): boolean {
    const { memoryCost, timeCost } = parseOptions(stored);
    return memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost;
  }

  /** @throws SignInBusyProblem when too many are waiting */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= WAITING_AT_MOST) return Promise.reject(new SignInBusyProblem());
    return this.limit(work);
  }
}
