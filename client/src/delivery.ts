import type { Batch } from './batch.js';
import { sleep, type Timing } from './timing.js';
import { TemporaryFailure, type Transport } from './transport.js';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

/** Asks until there is an answer, a failure that will not pass, or nobody left who waits. */
export async function deliver(batch: Batch, transport: Transport, timing: Timing): Promise<void> {
  for (let attempt = 0; !batch.isOver; attempt += 1) {
    const { subjects } = batch;
    try {
      batch.answer(subjects, await transport.ask(subjects, batch.signal));
    } catch (error) {
      if (!(error instanceof TemporaryFailure)) {
        batch.fail(error);
      } else if (batch.size > 0) {
        batch.lastFailure = error;
        await sleep(timing, waitOf(attempt, error, batch, timing), batch.signal);
      }
    }
  }
}

/**
 * Full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and at least as
 * long as Latchkey asks for. Where that is too long for everybody, it is not heeded: a restart is often
 * over much sooner.
 */
function waitOf(
  attempt: number,
  { askedToWait = 0 }: TemporaryFailure,
  batch: Batch,
  timing: Timing,
): number {
  const wait = timing.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  const asked = askedToWait * 1000;
  return asked < batch.deadline - timing.now() ? Math.max(asked, wait) : wait;
}
