import { Injectable } from '@nestjs/common';
import { Problem } from '../../common/problem.js';
import { Settings } from '../../config/settings.js';
import { Metrics } from '../../metrics/metrics.js';
import { BatchSpan } from '../../tracing/batch-span.js';
import { type StoredToken, TokenRepository } from '../token.repository.js';

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
    super('verification_unavailable', 'The token cannot be checked now. Try again in a few seconds.', {
      headers: { 'retry-after': '2' },
      cause: new Error(cause),
    });
  }
}

/** What the database said of a whole batch, by id; what it does not hold is not there. */
export type Found = ReadonlyMap<number, StoredToken>;

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
   * @returns the token among others that it travelled with, whose askers are given the very same promise
   * @throws VerificationUnavailableProblem with a full queue or a late batch, or what the database throws
   */
  load(id: number): Promise<Found> {
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
    const settled = (): void => {
      this.inFlight -= 1;
      this.metrics.batchSeconds.observe((performance.now() - departedAt) / 1000);
      if (this.queue.length > 0) this.departSoon();
    };
    batch.found.then(settled, settled);
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

/** Questions that travel together; those about one token are one question. */
class Batch {
  askers = 0;
  readonly found: Promise<Found>;
  private readonly wanted = new Set<number>();
  private resolve!: (found: Found) => void;
  private reject!: (error: unknown) => void;
  private readonly deadline: NodeJS.Timeout;

  /**
   * @param onLate called before the questions fail
   * @param span undefined where nobody wants traces
   */
  constructor(
    onLate: () => void,
    readonly span: BatchSpan | undefined,
  ) {
    this.found = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.deadline = setTimeout(() => {
      onLate();
      this.fail(new VerificationUnavailableProblem(`No answer within ${DEADLINE_MS} ms.`));
    }, DEADLINE_MS);
  }

  /** Of distinct tokens. */
  get size(): number {
    return this.wanted.size;
  }

  hasRoom(): boolean {
    return this.size < BATCH_SIZE;
  }

  ids(): number[] {
    return [...this.wanted];
  }

  ask(id: number): Promise<Found> {
    this.askers += 1;
    this.span?.join();
    this.wanted.add(id);
    return this.found;
  }

  /** Changes nothing where it is late; nor does a failure. */
  answer(tokens: readonly StoredToken[]): void {
    this.resolve(new Map(tokens.map((token) => [token.id, token])));
    clearTimeout(this.deadline);
  }

  fail(error: unknown): void {
    this.reject(error);
    clearTimeout(this.deadline);
  }
}
