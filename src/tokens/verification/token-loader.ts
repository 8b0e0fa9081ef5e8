import { Injectable } from '@nestjs/common';
import { Problem } from '../../common/problem.js';
import { Settings } from '../../config/settings.js';
import { Metrics } from '../../metrics/metrics.js';
import { BatchSpan } from '../../tracing/batch-span.js';
import { type StoredToken, TokenRepository } from '../token.repository.js';

/** Two keep the database busy while the next batch fills. More would only make batches smaller. */
const BATCHES_IN_FLIGHT = 2;
/** Distinct tokens in one statement. */
const BATCH_SIZE = 500;
/** How many requests may wait for a batch. One more is refused at once. */
const WAITING_AT_MOST = 10_000;
/** Counted from the first request of a batch. */
const DEADLINE_MS = 2000;

/** The token could not be checked. This is not a refusal of the token. */
export class VerificationUnavailableProblem extends Problem {
  constructor(cause: string) {
    super('verification_unavailable', 'The token cannot be checked now. Try again in a few seconds.', {
      headers: { 'retry-after': '2' },
      cause: new Error(cause),
    });
  }
}

/** The tokens of a batch, by id. An id that is not in it does not exist. */
export type Found = ReadonlyMap<number, StoredToken>;

/**
 * Reads tokens in batches. While some batches are on their way, new requests gather in the next one, which is a single
 * statement. So a slow database makes batches larger, not queues longer. Nothing is kept after a batch: every answer
 * comes from a statement that was sent after the request came.
 */
@Injectable()
export class TokenLoader {
  /** Batches that wait to be sent, the oldest first. Only the last has room. */
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
   * @returns the token, among the others of its batch; all requests of a batch get the same promise
   * @throws VerificationUnavailableProblem if the queue is full or the batch is late, or what the database throws
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

  /** Not at once, so that all requests that arrived together are in the batch. */
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
    // A batch gives up its place when it is settled, even if by its deadline. So a frozen database holds up nobody who
    // comes after it has recovered.
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

/** The ids that one statement reads. Requests for the same token share an id. */
class Batch {
  askers = 0;
  readonly found: Promise<Found>;
  private readonly wanted = new Set<number>();
  private resolve!: (found: Found) => void;
  private reject!: (error: unknown) => void;
  private readonly deadline: NodeJS.Timeout;

  /**
   * @param onLate called before the requests fail
   * @param span undefined without traces
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

  /** The number of distinct tokens. */
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

  /** Does nothing if the batch was late, and neither does `fail`. */
  answer(tokens: readonly StoredToken[]): void {
    this.resolve(new Map(tokens.map((token) => [token.id, token])));
    clearTimeout(this.deadline);
  }

  fail(error: unknown): void {
    this.reject(error);
    clearTimeout(this.deadline);
  }
}
