import { expect, test } from '@jest/globals';
import { readSettings } from './settings.js';

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';

test.each<[boolean, Record<string, string>]>([
  [false, {}],
  [false, { OTEL_SERVICE_NAME: 'tokens', OTEL_TRACES_SAMPLER: 'always_on' }],
  [true, { OTEL_TRACES_EXPORTER: 'otlp' }],
  [true, { OTEL_TRACES_EXPORTER: 'console, otlp' }],
  [true, { OTEL_EXPORTER_OTLP_ENDPOINT }],
  [true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }],
  [true, { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: '', OTEL_SDK_DISABLED: 'false' }],
  [false, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  [false, { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
  [false, { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'zipkin' }],
  [false, { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' }],
])('traces: %p for %p', (traces, environment) => {
  expect(readSettings(environment).traces).toBe(traces);
});
