import { trace } from '@opentelemetry/api';

/** Makes all our spans. It does nothing until an SDK is registered (`tracing-sdk.ts`). */
export const tracer = trace.getTracer('latchkey');
