import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tracer } from './tracer.js';

/** Anybody may send any method; those nobody means are one, as the semantic conventions have it. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * A span for every request that a router takes, in the trace that its `traceparent` names. It says the route and
 * never the address, which may hold what is secret. https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 * @param templateOf a request's route as it was registered; undefined for none
 */
export function traceRequests(
  router: FastifyInstance,
  templateOf: (request: FastifyRequest) => string | undefined,
): void {
  const contexts = new WeakMap<FastifyRequest, Context>();

  router.addHook('onRequest', (request, reply, done) => {
    const { method, headers, protocol } = request;
    const template = templateOf(request);
    const known = METHODS.has(method);
    const name = known ? method : 'HTTP';
    const caller = propagation.extract(ROOT_CONTEXT, headers);
    const span = tracer.startSpan(
      template === undefined ? name : `${name} ${template}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': known ? method : '_OTHER',
          'http.route': template,
          'url.scheme': protocol,
          'latchkey.request_id': request.id,
        },
      },
      caller,
    );
    // Not when the answer is sent: some clients go before they have it.
    reply.raw.once('close', () => {
      const { statusCode } = reply.raw;
      span.setAttribute('http.response.status_code', statusCode);
      if (statusCode >= 500) {
        span.setAttribute('error.type', String(statusCode)).setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    });
    const own = trace.setSpan(caller, span);
    contexts.set(request, own);
    context.with(own, done);
  });

  // A body comes from the connection, which knows of no request.
  router.addHook('preValidation', (request, _reply, done) => {
    context.with(contexts.get(request) ?? ROOT_CONTEXT, done);
  });
}
