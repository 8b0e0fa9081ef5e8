import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { answerScrapes } from '../metrics/scrape.js';

/** A worker that dies sooner than this is replaced after a pause, so that a broken one does not spin. */
const HEALTHY_AFTER_MS = 5000;
const PAUSE_MS = 1000;
/** Longer than a worker may take to drain, once it takes nothing new. */
const STOP_WITHIN_MS = 15_000;

/**
 * Runs this program in several processes that share the port. It replaces one that dies, passes a signal to stop on to
 * all of them, and adds up their metrics. If one dies before any of them listens, the start has failed.
 */
export class WorkerSupervisor {
  private readonly startedAt = new Map<Worker, number>();
  private listened = false;
  private stopping = false;

  constructor(
    private readonly logger: Logger,
    private readonly settings: Settings,
  ) {}

  start(): void {
    cluster.on('exit', this.onExit);
    cluster.on('listening', () => {
      this.listened = true;
    });
    answerScrapes();
    process.on('SIGTERM', this.stop);
    process.on('SIGINT', this.stop);
    for (let started = 0; started < this.settings.workers; started += 1) this.fork();
  }

  private readonly fork = (): void => {
    if (!this.stopping) this.startedAt.set(cluster.fork(), performance.now());
  };

  private readonly onExit = (worker: Worker, code: number, signal: string): void => {
    const livedMs = performance.now() - (this.startedAt.get(worker) ?? 0);
    this.startedAt.delete(worker);
    if (this.stopping) return;
    if (!this.listened) {
      process.exitCode = 1;
      this.stop();
      return;
    }
    this.logger.error(
      `Worker ${worker.process.pid ?? ''} died (${signal || `exit code ${code}`}); starting another.`,
    );
    setTimeout(this.fork, livedMs < HEALTHY_AFTER_MS ? PAUSE_MS : 0);
  };

  private readonly stop = (): void => {
    if (this.stopping) return;
    this.stopping = true;
    this.signalAll('SIGTERM');
    setTimeout(() => {
      this.signalAll('SIGKILL');
    }, this.settings.shutdownDelayMs + STOP_WITHIN_MS).unref();
  };

  private signalAll(signal: NodeJS.Signals): void {
    for (const worker of this.startedAt.keys()) worker.process.kill(signal);
  }
}
