import { Injectable } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { Settings } from '../config/settings.js';
import { Metrics } from '../metrics/metrics.js';
import { BatchSpan } from '../tracing/batch-span.js';
import { type StoredToken, TokenRepository } from './token.repository.js';

/** More only make batches smaller: two keep the database busy while the next one fills. */
const BATCHES_IN_FLIGHT = 2;
/** Distinct tokens in one statement. */
const BATCH_SIZE = 500;
/** Requests that may wait for a batch to depart; one more is refused at once. */
const WAITING_AT_MOST = 10_000;
/** Counted from the first question of a batch. */
const DEADLINE_MS = 2000;

/** The token could not be checked: never to be taken for a refusal of the token. */
export class VerificationUnavailableProblem extends Problem {
  constructor(cause: string) {
    super(503, 'verification_unavailable', 'The token cannot be checked now. Try again in a few seconds.', {
      headers: { 'retry-after': '2' },
      cause: new Error(cause),
    });
  }
}

type Answer = StoredToken | undefined;

/**
 * Gathers the tokens presented while a batch is on its way into the next one: one statement for all of them.
 * A slow database makes batches larger, not queues longer. Nothing is remembered after a batch, so every
 * answer comes from a statement sent after the question was asked.
 */
@Injectable()
export class TokenLoader {
  /** Waiting to depart, the oldest first. Only the last has room. */
  private readonly queue: Batch[] = [];
  private waiting = 0;
  private inFlight = 0;
  private departing = false;

  constructor(
    private readonly tokens: TokenRepository,
    private readonly metrics: Metrics,
    private readonly settings: Settings,
  ) {
    metrics.verificationQueue.of(() => this.waiting);
    metrics.verificationQueueLimit.of(() => WAITING_AT_MOST);
    metrics.batchesInFlight.of(() => this.inFlight);
  }

  /**
   * @returns the token, or undefined where there is none
   * @throws VerificationUnavailableProblem with a full queue or a late batch, or what the database throws
   */
  load(id: number): Promise<Answer> {
    if (this.waiting >= WAITING_AT_MOST) {
      return Promise.reject(new VerificationUnavailableProblem('Too many requests wait for a batch.'));
    }
    this.waiting += 1;
    this.departSoon();
    return this.fillingBatch().ask(id);
  }

  private fillingBatch(): Batch {
    const last = this.queue.at(-1);
    if (last?.hasRoom()) return last;
    const span = this.settings.traces ? new BatchSpan() : undefined;
    const batch = new Batch(() => {
      const at = this.queue.indexOf(batch);
      if (at >= 0) this.waiting -= this.queue.splice(at, 1)[0]?.askers ?? 0;
    }, span);
    this.queue.push(batch);
    return batch;
  }

  /** Not at once, so that all requests that arrived together are in. */
  private departSoon(): void {
    if (this.departing || this.inFlight >= BATCHES_IN_FLIGHT) return;
    this.departing = true;
    setImmediate(this.depart);
  }

  private readonly depart = (): void => {
    this.departing = false;
    const batch = this.queue.shift();
    if (batch === undefined) return;
    this.waiting -= batch.askers;
    this.inFlight += 1;
    // The place is free when the batch is settled, be it by its deadline: a frozen database must not hold
    // up those who come after it has thawed.
    const departedAt = performance.now();
    this.metrics.batchSize.observe(batch.size);
    void batch.settled.then(() => {
      this.inFlight -= 1;
      this.metrics.batchSeconds.observe((performance.now() - departedAt) / 1000);
      if (this.queue.length > 0) this.departSoon();
    });
    const find = () => this.tokens.findStored(batch.ids());
    const found = batch.span === undefined ? find() : batch.span.around(find, batch.size);
    found.then(
      (tokens) => {
        batch.answer(tokens);
      },
      (error: unknown) => {
        batch.fail(error);
      },
    );
    if (this.queue.length > 0) this.departSoon();
  };
}

interface Question {
  readonly answer: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions that travel together; those about one token are one question. */
class Batch {
  askers = 0;
  /** Fulfilled when every question has its answer or its failure. */
  readonly settled: Promise<void>;
  private readonly questions = new Map<number, Question>();
  private settle!: () => void;
  private readonly deadline: NodeJS.Timeout;

  /**
   * @param onLate called before the questions fail
   * @param span undefined where nobody wants traces
   */
  constructor(
    onLate: () => void,
    readonly span: BatchSpan | undefined,
  ) {
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.deadline = setTimeout(() => {
      onLate();
      this.fail(new VerificationUnavailableProblem(`No answer within ${DEADLINE_MS} ms.`));
    }, DEADLINE_MS);
  }

  /** Of distinct tokens. */
  get size(): number {
    return this.questions.size;
  }

  hasRoom(): boolean {
    return this.size < BATCH_SIZE;
  }

  ids(): number[] {
    return [...this.questions.keys()];
  }

  ask(id: number): Promise<Answer> {
    this.askers += 1;
    this.span?.join();
    let question = this.questions.get(id);
    if (question === undefined) {
      question = newQuestion();
      this.questions.set(id, question);
    }
    return question.answer;
  }

  answer(found: readonly StoredToken[]): void {
    for (const token of found) this.questions.get(token.id)?.resolve(token);
    // Those that are settled already are not changed by this.
    for (const { resolve } of this.questions.values()) resolve(undefined);
    this.end();
  }

  fail(error: unknown): void {
    for (const { reject } of this.questions.values()) reject(error);
    this.end();
  }

  private end(): void {
    clearTimeout(this.deadline);
    this.settle();
  }
}

function newQuestion(): Question {
  let resolve!: Question['resolve'];
  let reject!: Question['reject'];
  const answer = new Promise<Answer>((onAnswer, onFailure) => {
    resolve = onAnswer;
    reject = onFailure;
  });
  return { answer, resolve, reject };
}
