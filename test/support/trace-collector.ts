import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP has it in JSON. */
export interface ReceivedSpan {
  readonly name: string;
  /** 2 is one that serves, 3 is one that asks. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number };
}

interface Payload {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: ReceivedSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

/** Stands in for an OpenTelemetry collector, of which there is none here: takes what one would be sent. */
export class TraceCollector {
  /** Word for word. */
  readonly payloads: string[] = [];
  connections = 0;
  /** What it answers; undefined for nothing at all. */
  status: number | undefined = 200;

  private constructor(private readonly server: Server) {
    server.on('connection', () => (this.connections += 1));
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        this.payloads.push(body);
        if (this.status !== undefined) response.writeHead(this.status).end('{}');
      });
    });
  }

  static async start(): Promise<TraceCollector> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new TraceCollector(server);
  }

  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get spans(): ReceivedSpan[] {
    return this.resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  }

  get serviceNames(): unknown[] {
    return this.resources.map(({ resource }) => attributesOf(resource)['service.name']);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private get resources(): Payload['resourceSpans'] {
    return this.payloads.flatMap((payload) => (JSON.parse(payload) as Payload).resourceSpans);
  }
}

/** @returns the attributes by their names, without their types; none of what there is not */
export function attributesOf(of: Pick<ReceivedSpan, 'attributes'> | undefined): Record<string, unknown> {
  return Object.fromEntries((of?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}
