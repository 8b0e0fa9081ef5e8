import type { VerifiedToken } from './verified-token.js';

/** What is asked about: a token, and where it was presented. */
export interface Subject {
  readonly token: string;
  readonly clientIp: string | undefined;
}

/** One call of `verify`, until it has its answer. */
export class Question {
  readonly answer: Promise<VerifiedToken>;
  private resolve!: (token: VerifiedToken) => void;
  private reject!: (reason: unknown) => void;
  private whenSettled: (() => void)[] = [];

  /** @param deadline when it has to be answered, in the time of `Timing` */
  constructor(readonly deadline: number) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** @param run once, as soon as there is an answer or a failure */
  onSettled(run: () => void): void {
    this.whenSettled.push(run);
  }

  succeed(token: VerifiedToken): void {
    this.resolve(token);
    this.settle();
  }

  fail(reason: unknown): void {
    this.reject(reason);
    this.settle();
  }

  private settle(): void {
    const runs = this.whenSettled;
    this.whenSettled = [];
    for (const run of runs) run();
  }
}
