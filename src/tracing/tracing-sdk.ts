import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { type TraceLog, WatchedExporter } from './watched-exporter.js';

/**
 * Begins to send spans, as the `OTEL_*` variables say. This file is imported only if they ask for traces.
 * @returns the SDK, whose `shutdown` sends the last spans
 */
export function startSdk(log: TraceLog): { shutdown(): Promise<void> } {
  const complain = (message: string) => {
    log.warn(message);
  };
  const quiet = () => undefined;
  // While it starts, the SDK complains about wrong variables. Later, `WatchedExporter` reports what matters.
  diag.setLogger(
    { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'latchkey' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new WatchedExporter(new OTLPTraceExporter(), log))],
  });
  provider.register();
  diag.disable();
  return provider;
}
