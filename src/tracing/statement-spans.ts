import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { tracer } from './tracer.js';

const OPERATION = /^\s*(\w+)/;
const TABLE = /\b(?:FROM|INTO|UPDATE|TABLE)\s+[`"]?(\w+)/i;

/**
 * Makes a span for each statement that a request waits for, with the operation and the table, but without the text
 * and the parameters. Other statements have no span. https://opentelemetry.io/docs/specs/semconv/database/
 */
export function traceStatements(
  engine: 'sqlite' | 'mysql',
): <T>(statement: () => Promise<T>, sql: string) => Promise<T> {
  return async (statement, sql) => {
    if (trace.getActiveSpan()?.isRecording() !== true) return statement();
    const operation = OPERATION.exec(sql)?.[1]?.toUpperCase() ?? 'OTHER';
    const table = TABLE.exec(sql)?.[1];
    const span = tracer.startSpan(table === undefined ? operation : `${operation} ${table}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': engine,
        'db.operation.name': operation,
        'db.collection.name': table,
      },
    });
    try {
      return await statement();
    } catch (error) {
      // Not the message, because databases repeat values in it.
      span.setAttribute('error.type', codeOf(error)).setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  };
}

/** A code such as `ER_DUP_ENTRY` or `SQLITE_BUSY`. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '_OTHER';
}
