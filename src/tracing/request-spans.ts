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

/** Clients may send any method. All others share one name, as the semantic conventions ask. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Makes a span for every request of a router, in the trace that the request's `traceparent` names. The span has the
 * route, but not the address, which may contain secrets. https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 * @param templateOf gives the route of a request as it was registered; undefined for none
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
    // Not `finish`, because some clients leave before they have the whole answer.
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

  // A body is read in the context of the connection, so the request's own context is restored here.
  router.addHook('preValidation', (request, _reply, done) => {
    context.with(contexts.get(request) ?? ROOT_CONTEXT, done);
  });
}
