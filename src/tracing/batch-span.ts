import { context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { tracer } from './tracer.js';

/** With a link to each of 500 requests, the span would be larger than all of theirs. */
const ASKERS_AT_MOST = 32;

/** The span of a batch that several requests wait for: a child of one request, with links to others. */
export class BatchSpan {
  private readonly askers: Span[] = [];

  /** To be called within each request that waits for the batch. */
  join(): void {
    const span = trace.getActiveSpan();
    if (span?.isRecording() === true && this.askers.length < ASKERS_AT_MOST) this.askers.push(span);
  }

  /**
   * Does the work of the batch within its span. There is no span if none of the requests is sampled.
   * @param size distinct tokens
   * @throws what the work throws
   */
  around<T>(work: () => Promise<T>, size: number): Promise<T> {
    const [first, ...others] = this.askers;
    // Otherwise the work would run in the context of the request that happened to start the batch.
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
