import { context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { tracer } from './tracer.js';

/** A span that had a link to each of 500 requests would be larger than all of theirs. */
const ASKERS_AT_MOST = 32;

/** The span of what several requests ask together: the child of one, with links to others. */
export class BatchSpan {
  private readonly askers: Span[] = [];

  /** Called by a request that has a question in the batch. */
  join(): void {
    const span = trace.getActiveSpan();
    if (span?.isRecording() === true && this.askers.length < ASKERS_AT_MOST) this.askers.push(span);
  }

  /**
   * Does the batch's work within its span; without any, where nobody who asks is sampled.
   * @param size distinct tokens
   * @throws what the work throws
   */
  around<T>(work: () => Promise<T>, size: number): Promise<T> {
    const [first, ...others] = this.askers;
    // Not in the context of whichever request happened to start the batch.
    if (first === undefined) return context.with(ROOT_CONTEXT, work);
    const parent = trace.setSpan(ROOT_CONTEXT, first);
    const span = tracer.startSpan(
      'token batch',
      {
        attributes: { 'latchkey.batch.size': size },
        links: others.map((asker) => ({ context: asker.spanContext() })),
      },
      parent,
    );
    return context.with(trace.setSpan(parent, span), async () => {
      try {
        return await work();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }
}
