import cluster, { type Worker } from 'node:cluster';
import { Injectable } from '@nestjs/common';
import { AggregatorRegistry } from 'prom-client';
import { Problem } from '../common/problem.js';
import { Metrics } from './metrics.js';

const ASK = 'latchkey:metrics-wanted';
const TELL = 'latchkey:metrics';

/** Longer than prom-client itself waits for the workers: 5 s, which cannot be changed. */
const WAIT_MS = 6000;

interface Ask {
  readonly type: typeof ASK;
  readonly id: number;
}

interface Tell {
  readonly type: typeof TELL;
  readonly id: number;
  /** Undefined if a worker did not answer. */
  readonly text?: string;
}

/**
 * The part of the primary process, which has no port but knows all workers. When one worker asks, it collects the
 * counts of all workers and sends that one the sum.
 */
export function answerScrapes(): void {
  const workers = new AggregatorRegistry();
  cluster.on('message', (worker: Worker, message: Partial<Ask> | null) => {
    if (message?.type !== ASK || message.id === undefined) return;
    const tell = (text?: string): void => {
      if (worker.isConnected()) worker.send({ type: TELL, id: message.id, text });
    };
    workers.clusterMetrics().then(tell, () => {
      tell();
    });
  });
}

/** A worker has not sent its counts in time. */
export class MetricsUnavailableProblem extends Problem {
  constructor() {
    super('metrics_unavailable', 'Not every worker has answered in time. Try again in a few seconds.', {
      headers: { 'retry-after': '5' },
    });
  }
}

/** Collects the metrics of all workers, whichever worker is asked for them. */
@Injectable()
export class Scrape {
  private readonly waiting = new Map<number, (text: string | undefined) => void>();
  private asked = 0;

  constructor(private readonly metrics: Metrics) {
    if (!cluster.isWorker) return;
    AggregatorRegistry.setRegistries(metrics.registry);
    // This constructor makes prom-client answer the primary. Nothing else does.
    new AggregatorRegistry();
    process.on('message', (message: Partial<Tell> | null) => {
      if (message?.type === TELL && message.id !== undefined) this.waiting.get(message.id)?.(message.text);
    });
  }

  /** @throws MetricsUnavailableProblem if a worker does not answer, because a part would be taken for the whole */
  async text(): Promise<string> {
    if (!cluster.isWorker) return this.metrics.registry.metrics();
    const text = await this.askPrimary();
    if (text === undefined) throw new MetricsUnavailableProblem();
    return text;
  }

  private async askPrimary(): Promise<string | undefined> {
    this.asked += 1;
    const id = this.asked;
    try {
      return await new Promise<string | undefined>((resolve) => {
        this.waiting.set(id, resolve);
        setTimeout(() => {
          resolve(undefined);
        }, WAIT_MS).unref();
        process.send?.({ type: ASK, id } satisfies Ask);
      });
    } finally {
      this.waiting.delete(id);
    }
  }
}
