import type { Answer, Outcome } from './connections.js';
import { Times } from './times.js';

/**
 * A batch is given up after 2 s, and so is the wait for a connection. The rest is for machines with
 * more to do than this.
 */
const VERIFICATION_DEADLINE_MS = 2000 + 2000;
/**
 * A write that is stopped in the middle waits for a connection (2 s) and for a statement (5 s), and what was done
 * by then is recorded, for which the same holds once more.
 */
const WRITE_DEADLINE_MS = 2 * (2000 + 5000) + 2000;

const SHOWN = 10;

interface Tally {
  done: number;
  refused: number;
  unavailable: number;
  cut: number;
  slowestMs: number;
}

const none = (): Tally => ({ done: 0, refused: 0, unavailable: 0, cut: 0, slowestMs: 0 });

/** Looks at every answer as it comes: may it be so? */
export class Judge {
  readonly verifications = none();
  readonly writes = none();
  readonly verificationTimes = new Times();
  /** The first of what must not have happened, in words. */
  readonly violations: string[] = [];
  violated = 0;
  /** Whether connections may break: only those to a service that is being killed. */
  mayCut = false;

  get requests(): number {
    return [this.verifications, this.writes].reduce(
      (sum, { done, refused, unavailable, cut }) => sum + done + refused + unavailable + cut,
      0,
    );
  }

  /**
   * @param expected 200, or 401; undefined for a token about which nobody can tell now
   * @param id of the token that was presented
   */
  verification(outcome: Outcome, expected: 200 | 401 | undefined, id: number | undefined): void {
    this.verificationTimes.add(outcome.ms);
    const answer = this.common(outcome, this.verifications, VERIFICATION_DEADLINE_MS);
    if (answer === undefined) return;
    const { status } = answer;
    if (status === 200) this.verifications.done += 1;
    if (status === 401) this.verifications.refused += 1;
    if (status !== 200 && status !== 401) this.violation(outcome, 'no answer to a verification');
    else if (expected !== undefined && status !== expected) this.violation(outcome, `not ${expected}`);
    const who = answer.headers['x-auth-token-id'];
    if (status === 200 && who !== undefined && Number(who) !== id) this.violation(outcome, `for token ${id}`);
  }

  /**
   * @param accepted the statuses that are an answer
   * @returns the answer, or undefined where nobody knows whether it was done
   */
  write(outcome: Outcome, accepted: readonly number[]): Answer | undefined {
    const answer = this.common(outcome, this.writes, WRITE_DEADLINE_MS);
    if (answer === undefined) return undefined;
    this.writes[answer.status < 300 ? 'done' : 'refused'] += 1;
    if (accepted.includes(answer.status)) return answer;
    this.violation(outcome, `not ${accepted.join(' or ')}`);
    return undefined;
  }

  violation({ question, answer, ms }: Outcome, why: string): void {
    const { method = 'GET', path } = question;
    const got = answer === undefined ? 'nothing' : `${answer.status} ${answer.body.slice(0, 300)}`;
    this.wrong(`${method} ${path}: ${got} after ${Math.round(ms)} ms: ${why}`);
  }

  wrong(what: string): void {
    this.violated += 1;
    if (this.violations.length < SHOWN) this.violations.push(what);
  }

  /** What holds for every answer. @returns one that is neither a broken connection nor a 503 */
  private common(outcome: Outcome, tally: Tally, deadlineMs: number): Answer | undefined {
    const { answer, ms } = outcome;
    tally.slowestMs = Math.max(tally.slowestMs, ms);
    if (ms > deadlineMs) this.violation(outcome, 'too late');
    if (answer === undefined) {
      tally.cut += 1;
      if (!this.mayCut) this.violation(outcome, 'the connection broke');
      return undefined;
    }
    if (answer.status !== 503) return answer;
    tally.unavailable += 1;
    if (!/^[1-9]\d*$/.test(answer.headers['retry-after'] ?? '')) this.violation(outcome, 'no Retry-After');
    return undefined;
  }
}
