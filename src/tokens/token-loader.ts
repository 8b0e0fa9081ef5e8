import { Injectable } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { type StoredToken, TokenRepository } from './token.repository.js';

/** More only make batches smaller: two keep the database busy while the next batch fills. */
const BATCHES_IN_FLIGHT = 2;
/** Distinct tokens in one statement. */
const BATCH_SIZE = 500;
/** Requests that may wait for a batch; one more is refused at once. */
const WAITING_AT_MOST = 10_000;
/** A batch that has not been answered by then fails. */
const DEADLINE_MS = 2000;

/** Verification cannot be answered now: never a refusal of the token. */
export class VerificationUnavailableProblem extends Problem {
  constructor(cause: string) {
    super(503, 'verification_unavailable', 'The token cannot be checked now. Try again in a few seconds.', {
      headers: { 'retry-after': '2' },
      cause: new Error(cause),
    });
  }
}

type Answer = StoredToken | undefined;

/** The one question about an id that all who ask for it in the meantime share. */
interface Question {
  readonly answer: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  askers: number;
}

/**
 * Gathers the tokens presented while a batch is on its way into the next one: one statement for all of them.
 * A slow database makes batches larger, not queues longer. Nothing is remembered after a batch, so every
 * answer comes from a statement sent after the question was asked.
 */
@Injectable()
export class TokenLoader {
  private questions = new Map<number, Question>();
  private waiting = 0;
  private inFlight = 0;
  private departing = false;

  constructor(private readonly tokens: TokenRepository) {}

  /**
   * @returns the token, or undefined where there is none
   * @throws VerificationUnavailableProblem with a full queue or a late batch, or what the database throws
   */
  load(id: number): Promise<Answer> {
    if (this.waiting >= WAITING_AT_MOST) {
      return Promise.reject(new VerificationUnavailableProblem('Too many requests wait for a batch.'));
    }
    this.waiting += 1;
    let question = this.questions.get(id);
    if (question === undefined) {
      question = newQuestion();
      this.questions.set(id, question);
    }
    question.askers += 1;
    this.departSoon();
    return question.answer;
  }

  /** After the requests that arrived together have all been read. */
  private departSoon(): void {
    if (this.departing || this.inFlight >= BATCHES_IN_FLIGHT) return;
    this.departing = true;
    setImmediate(this.depart);
  }

  private readonly depart = (): void => {
    this.departing = false;
    const batch = this.takeBatch();
    this.inFlight += 1;
    void this.ask(batch).finally(() => {
      this.inFlight -= 1;
      if (this.questions.size > 0) this.departSoon();
    });
  };

  private takeBatch(): Map<number, Question> {
    let batch = this.questions;
    if (batch.size <= BATCH_SIZE) {
      this.questions = new Map();
    } else {
      const entries = [...batch];
      batch = new Map(entries.slice(0, BATCH_SIZE));
      this.questions = new Map(entries.slice(BATCH_SIZE));
    }
    for (const { askers } of batch.values()) this.waiting -= askers;
    return batch;
  }

  private async ask(batch: Map<number, Question>): Promise<void> {
    const deadline = setTimeout(() => {
      fail(batch, new VerificationUnavailableProblem(`A batch took longer than ${DEADLINE_MS} ms.`));
    }, DEADLINE_MS);
    try {
      const found = await this.tokens.findStored([...batch.keys()]);
      for (const token of found) batch.get(token.id)?.resolve(token);
      for (const { resolve } of batch.values()) resolve(undefined);
    } catch (error) {
      fail(batch, error);
    } finally {
      clearTimeout(deadline);
    }
  }
}

function fail(batch: Map<number, Question>, error: unknown): void {
  for (const { reject } of batch.values()) reject(error);
}

function newQuestion(): Question {
  let resolve!: Question['resolve'];
  let reject!: Question['reject'];
  const answer = new Promise<Answer>((onAnswer, onFailure) => {
    resolve = onAnswer;
    reject = onFailure;
  });
  return { answer, resolve, reject, askers: 0 };
}
