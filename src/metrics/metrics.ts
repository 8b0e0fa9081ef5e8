import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Level } from './level.js';
import { TalliedCounter, TalliedHistogram, talliesOf } from './tally.js';

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** In seconds: from the answer of a database nearby to a request that reaches its deadline. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Up to the greatest number of tokens in one statement of the loader. */
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * All metrics of the service. `docs/operations.md` explains each. Every label has few values, and the code knows all
 * of them: nothing that a client sends becomes a label.
 */
@Injectable()
export class Metrics {
  /** Each application has its own registry, because several may share a process. */
  readonly registry = new Registry();

  readonly httpRequests = this.counter(
    'latchkey_http_requests_total',
    'Requests answered, by route, method and status.',
    ['route', 'method', 'status'],
  );
  readonly httpSeconds = new TalliedHistogram(
    this.registry,
    'latchkey_http_request_duration_seconds',
    'How long requests took, by route.',
    SECONDS,
  );

  readonly verifications = talliesOf(
    this.counter('latchkey_verifications_total', 'Tokens checked, by outcome.', ['outcome']),
    'outcome',
    ['ok', 'invalid', 'expired', 'user_disabled', 'address_refused', 'unavailable'],
  );
  readonly batchSize = this.histogram(
    'latchkey_verification_batch_size',
    'Distinct tokens in one batch.',
    BATCH_SIZES,
  );
  readonly batchSeconds = this.histogram(
    'latchkey_verification_batch_seconds',
    'How long the database took to answer a batch, or until it was given up.',
    SECONDS,
  );
  readonly batchesInFlight = this.level(
    'latchkey_verification_batches_in_flight',
    'Batches that the database has not answered yet.',
  );
  readonly verificationQueue = this.level(
    'latchkey_verification_queue',
    'Requests that wait for a batch to depart.',
  );
  readonly verificationQueueLimit = this.level(
    'latchkey_verification_queue_limit',
    'How many may wait; one more is refused.',
  );

  readonly statements = talliesOf(
    this.counter('latchkey_database_statements_total', 'Statements, by outcome.', ['outcome']),
    'outcome',
    ['ok', 'duplicate', 'contention', 'away', 'failed'],
  );
  readonly statementSeconds = this.histogram(
    'latchkey_database_statement_seconds',
    'How long statements took, with the wait for a connection.',
    SECONDS,
  );

  readonly lastUsedBacklog = this.level(
    'latchkey_last_used_backlog',
    'Tokens whose last use is not written down yet.',
  );
  readonly lastUsedBacklogLimit = this.level(
    'latchkey_last_used_backlog_limit',
    'How many may wait; a use beyond them is not recorded.',
  );

  readonly rowsDropped = talliesOf(
    this.counter(
      'latchkey_background_rows_dropped_total',
      'What was to be written later, and was dropped because the database refuses it, by buffer.',
      ['buffer'],
    ),
    'buffer',
    ['last-used', 'refusals', 'retired-secrets'],
  );

  readonly signIns = talliesOf(
    this.counter('latchkey_sign_ins_total', 'Attempts to sign in, by outcome.', ['outcome']),
    'outcome',
    ['ok', 'wrong_password', 'user_disabled', 'rate_limited', 'busy', 'failed'],
  );
  readonly passwordHashesWaiting = this.level(
    'latchkey_password_hashes_waiting',
    'Passwords that wait for their turn to be hashed.',
  );
  readonly rateLimited = talliesOf(
    this.counter('latchkey_rate_limited_total', 'Requests refused, by the limit they exceeded.', ['limit']),
    'limit',
    [
      'sign-in',
      'sign-in-address',
      'sign-in-account',
      'registration',
      'revocation',
      'token',
      'failed-tokens',
      'refused-bodies',
    ],
  );

  constructor() {
    new Gauge({
      name: 'latchkey_build_info',
      help: 'Always 1; the labels say which release runs, on which Node.js.',
      labelNames: ['version', 'node'],
      registers: [this.registry],
      aggregator: 'first',
    }).set({ version, node: process.version }, 1);
  }

  /** Adds Node.js's own metrics. They are about the whole process, so this is called only once in it. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  private counter(name: string, help: string, labelNames: readonly string[]): TalliedCounter {
    return new TalliedCounter(this.registry, name, help, labelNames);
  }

  /** For events that are much rarer than requests; see `TalliedHistogram` for the others. */
  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }

  private level(name: string, help: string): Level {
    return new Level(this.registry, name, help);
  }
}
