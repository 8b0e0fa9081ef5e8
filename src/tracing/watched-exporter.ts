import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';

/** Takes the warnings about lost spans. */
export interface TraceLog {
  log(message: string): void;
  warn(message: string): void;
}

type Export = SpanExporter['export'];

/** Reports once that the collector is away, and once that it is back. The SDK would report every batch. */
export class WatchedExporter implements SpanExporter {
  private away = false;

  constructor(
    private readonly exporter: OTLPTraceExporter,
    private readonly log: TraceLog,
  ) {}

  export(spans: Parameters<Export>[0], done: Parameters<Export>[1]): void {
    this.exporter.export(spans, (result) => {
      this.note(result.error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush();
  }

  private note(error: Error | undefined): void {
    if (error !== undefined && !this.away) {
      this.log.warn(`The collector of traces does not take them; they are lost meanwhile. ${String(error)}`);
    }
    if (error === undefined && this.away) this.log.log('The collector of traces takes them again.');
    this.away = error !== undefined;
  }
}
