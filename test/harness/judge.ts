import type { Outcome } from './connections.js';
import { quantile } from './statistics.js';

export interface Deadlines {
  readonly verificationMs: number;
  readonly writeMs: number;
}

/**
 * A batch is given up after 2 s, and so is the wait for a connection. A write that is stopped in the middle waits for
 * a connection (2 s) and for a statement (5 s), and what was done by then is recorded, for which the same holds once
 * more. The rest is for machines with more to do than this.
 */
export const DEADLINES: Deadlines = {
  verificationMs: 2000 + 2000,
  writeMs: 2 * (2000 + 5000) + 2000,
};

const SHOWN = 10;

interface Tally {
  done: number;
  refused: number;
  unavailable: number;
  cut: number;
  slowestMs: number;
}

const none = (): Tally => ({ done: 0, refused: 0, unavailable: 0, cut: 0, slowestMs: 0 });

/** When a request was sent and answered; 0 for no answer. */
type Answered = Pick<Outcome, 'status' | 'startedAt' | 'endedAt'>;

/** Looks at every answer as it comes: may it be so? */
export class Judge {
  readonly verifications = none();
  readonly writes = none();
  readonly answers: Answered[] = [];
  /** The first of what must not have happened, in words. */
  readonly violations: string[] = [];
  violated = 0;
  /** Whose connections may break: those to a service that is being killed. */
  mayCut: 'nothing' | 'writes' | 'everything' = 'nothing';
  private readonly verificationMs: number[] = [];

  constructor(private readonly deadlines = DEADLINES) {}

  /** How many of each status. */
  get statuses(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { status } of this.answers) counts.set(status, (counts.get(status) ?? 0) + 1);
    return counts;
  }

  /** The longest time in which nothing succeeded, in milliseconds. */
  get outageMs(): number {
    const ends = this.answers
      .filter(({ status }) => status >= 200 && status < 300)
      .map(({ endedAt }) => endedAt);
    return Math.round(Math.max(0, ...ends.slice(1).map((end, at) => end - (ends[at] ?? end))));
  }

  /** What 99 of 100 verifications did not exceed, in milliseconds. */
  get verificationP99Ms(): number {
    return quantile(this.verificationMs, 0.99);
  }

  /**
   * @param expected 200, or 401; undefined for a token about which nobody can tell now
   * @param id of the token that was presented
   */
  verification(outcome: Outcome, expected: 200 | 401 | undefined, id: number | undefined): void {
    this.verificationMs.push(outcome.endedAt - outcome.startedAt);
    if (!this.isAnswered(outcome, 'verifications', this.deadlines.verificationMs)) return;
    const { status, headers } = outcome;
    if (status === 200) this.verifications.done += 1;
    if (status === 401) this.verifications.refused += 1;
    if (status !== 200 && status !== 401) this.violation(outcome, 'no answer to a verification');
    else if (expected !== undefined && status !== expected) this.violation(outcome, `not ${expected}`);
    const who = headers['x-auth-token-id'];
    if (status === 200 && who !== undefined && Number(who) !== id) this.violation(outcome, `for token ${id}`);
  }

  /**
   * @param accepted the statuses that are an answer
   * @returns whether there was one; otherwise nobody knows whether it was done
   */
  write(outcome: Outcome, accepted: readonly number[]): boolean {
    if (!this.isAnswered(outcome, 'writes', this.deadlines.writeMs)) return false;
    this.writes[outcome.status < 300 ? 'done' : 'refused'] += 1;
    if (accepted.includes(outcome.status)) return true;
    this.violation(outcome, `not ${accepted.join(' or ')}`);
    return false;
  }

  /** What holds for every answer. @returns whether it is neither a broken connection nor a 503 */
  private isAnswered(outcome: Outcome, kind: 'verifications' | 'writes', deadlineMs: number): boolean {
    const { status, headers, startedAt, endedAt } = outcome;
    const tally = this[kind];
    this.answers.push({ status, startedAt, endedAt });
    tally.slowestMs = Math.max(tally.slowestMs, endedAt - startedAt);
    if (endedAt - startedAt > deadlineMs) this.violation(outcome, 'too late');
    if (status === 0) {
      tally.cut += 1;
      if (this.mayCut !== 'everything' && this.mayCut !== kind) {
        this.violation(outcome, 'the connection broke');
      }
      return false;
    }
    if (status !== 503) return true;
    tally.unavailable += 1;
    if (!/^[1-9]\d*$/.test(headers['retry-after'] ?? '')) this.violation(outcome, 'no Retry-After');
    return false;
  }

  private violation({ question, status, body, startedAt, endedAt }: Outcome, why: string): void {
    const { method = 'GET', path = '/' } = question;
    const got = `${status} ${body.slice(0, 300)} after ${Math.round(endedAt - startedAt)} ms`;
    this.violated += 1;
    if (this.violations.length < SHOWN) this.violations.push(`${method} ${path}: ${got}: ${why}`);
  }
}
