import { trace } from '@opentelemetry/api';

/** Whoever makes spans here has it; it does nothing until an SDK is registered (`tracing-sdk.ts`). */
export const tracer = trace.getTracer('latchkey');
