import { Batch } from './batch.js';
import { deliver } from './delivery.js';
import { VerificationUnavailableError } from './errors.js';
import type { ClientSettings } from './options.js';
import { Question, type Subject } from './question.js';
import type { Timing } from './timing.js';
import { Transport } from './transport.js';
import type { VerifiedToken } from './verified-token.js';

/**
 * Gathers questions while requests are on their way into the next ones. A slow Latchkey makes batches larger,
 * not more of them. Nothing is remembered after a batch, and nobody joins one that has departed, so every
 * answer comes from a request sent after the question was asked.
 */
export class Queue {
  /** Waiting to depart, the oldest first. Only the last has room. */
  readonly #queue: Batch[] = [];
  readonly #settings: ClientSettings;
  readonly #transport: Transport;
  readonly #timing: Timing;
  #waiting = 0;
  #inFlight = 0;
  #unanswered = 0;
  #isDeparting = false;
  #closing: Promise<void> | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(settings: ClientSettings, timing: Timing) {
    this.#settings = settings;
    this.#transport = new Transport(settings);
    this.#timing = timing;
  }

  /** @throws LatchkeyError, or the reason of the signal */
  ask(subject: Subject, signal: AbortSignal | undefined): Promise<VerifiedToken> {
    if (this.#closing) return refuse('This client is closed.');
    if (this.#waiting >= this.#settings.maxWaiting) return refuse('Too many questions wait for Latchkey.');
    const batch = this.#fillingBatch(subject);
    const question = this.#newQuestion(batch, signal);
    batch.add(subject, question);
    this.#departSoon();
    return question.answer;
  }

  /** Resolves when all questions have their answers or have failed, which their deadlines see to. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      // Later than those who asked learn of their answers.
      this.#whenIdle = () => {
        this.#transport.close();
        setImmediate(resolve);
      };
      if (this.#unanswered === 0) this.#whenIdle();
    });
    return this.#closing;
  }

  #newQuestion(batch: Batch, signal: AbortSignal | undefined): Question {
    const { deadlineMs } = this.#settings;
    const question = new Question(this.#timing.now() + deadlineMs);
    const callOff = this.#timing.after(deadlineMs, () => {
      question.fail(lateError(deadlineMs, batch));
    });
    const abort = () => {
      question.fail(signal?.reason);
    };
    signal?.addEventListener('abort', abort);
    this.#waiting += 1;
    this.#unanswered += 1;
    question.onSettled(() => {
      callOff();
      signal?.removeEventListener('abort', abort);
      if (!batch.hasDeparted) this.#waiting -= 1;
      this.#unanswered -= 1;
      if (this.#unanswered === 0) this.#whenIdle?.();
    });
    return question;
  }

  #fillingBatch(subject: Subject): Batch {
    const last = this.#queue.at(-1);
    if (last && (last.size < this.#settings.maxBatch || last.has(subject))) return last;
    const batch = new Batch(() => {
      this.#leave(batch);
    });
    this.#queue.push(batch);
    return batch;
  }

  /** Not at once, so that all questions that came together are in. */
  #departSoon(): void {
    if (this.#isDeparting || this.#inFlight >= this.#settings.maxInFlight || this.#queue.length === 0) return;
    this.#isDeparting = true;
    setImmediate(() => {
      this.#isDeparting = false;
      this.#depart();
    });
  }

  #depart(): void {
    while (this.#inFlight < this.#settings.maxInFlight) {
      const batch = this.#queue.shift();
      if (batch === undefined) return;
      this.#waiting -= batch.askers;
      this.#inFlight += 1;
      batch.hasDeparted = true;
      void deliver(batch, this.#transport, this.#timing);
    }
  }

  /** Its place is free with its last question, be it by a deadline, whatever becomes of the request. */
  #leave(batch: Batch): void {
    if (batch.hasDeparted) {
      this.#inFlight -= 1;
      this.#departSoon();
    } else {
      this.#queue.splice(this.#queue.indexOf(batch), 1);
    }
  }
}

const refuse = (why: string): Promise<never> => Promise.reject(new VerificationUnavailableError(why));

const lateError = (deadlineMs: number, { lastFailure }: Batch): VerificationUnavailableError =>
  new VerificationUnavailableError(`Latchkey did not answer within ${deadlineMs} ms.`, {
    cause: lastFailure,
    retryAfterSeconds: lastFailure?.askedToWait,
  });
