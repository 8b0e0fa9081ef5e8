/**
 * Whether the standard variables of OpenTelemetry ask for traces. Its SDK reads all its other variables.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function asksForTraces(given: Readonly<Record<string, string | undefined>>): boolean {
  if (given.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false;
  const exporters = given.OTEL_TRACES_EXPORTER;
  // OTLP is the only exporter that is installed.
  if (exporters !== undefined) return exporters.split(',').some((name) => name.trim() === 'otlp');
  return (given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? given.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined;
}
