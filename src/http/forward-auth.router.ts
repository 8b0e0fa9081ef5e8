import { createServer, type Server } from 'node:http';
import {
  fastify,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyServerFactory,
  type FastifyServerOptions,
} from 'fastify';
import type { RequestLog } from './logger.js';
import type { ProblemFilter } from './problem.filter.js';
import type { ForwardAuth } from '../introspection/forward-auth.js';
import type { HttpMetrics } from '../metrics/http-metrics.js';
import { isForwardAuth, queryOf, VERIFY_PATH } from '../introspection/forwarded-request.js';
import { traceRequests } from '../tracing/request-spans.js';

/**
 * The router of forward-auth. It shares the server with that of the other routes, and nothing else: no hook of
 * theirs, no body, no log line of Fastify's (ADR 23).
 */
export class ForwardAuthRouter {
  private readonly router: FastifyInstance;

  constructor(
    options: Pick<FastifyServerOptions, 'genReqId' | 'trustProxy'>,
    private readonly log: RequestLog,
    traces: boolean,
  ) {
    this.router = fastify({
      ...options,
      logger: false,
      requestIdHeader: false,
      return503OnClosing: false,
      // What follows our path is the original request's, and need not be one that a router understands.
      rewriteUrl: ({ url = '' }) => VERIFY_PATH + queryOf(url),
    });
    if (traces) traceRequests(this.router, () => VERIFY_PATH);
  }

  /** Makes the one server of both routers. */
  readonly serverFactory: FastifyServerFactory = (serve, options: FastifyHttpOptions<Server>) => {
    const server = createServer(options.http ?? {}, (request, response) => {
      if (isForwardAuth(request.url ?? '')) this.router.routing(request, response);
      else serve(request, response);
    });
    // An Expect that is not understood may be ignored (RFC 9110, 10.1.1). Node's own 417 is no problem of ours, and
    // nothing that a gateway takes for a refusal.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
    const { keepAliveTimeout = server.keepAliveTimeout, requestTimeout = server.requestTimeout } = options;
    return Object.assign(server, { keepAliveTimeout, requestTimeout });
  };

  /** From now on, it answers: whatever method, path and body a gateway's question has, none is looked at. */
  async serve(forwardAuth: ForwardAuth, problems: ProblemFilter, metrics: HttpMetrics): Promise<void> {
    this.router.addHook('onRequest', async (request, reply) => {
      const startedAt = performance.now();
      void reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
      try {
        await forwardAuth.admit(request, reply);
      } catch (error) {
        void reply.header('x-content-type-options', 'nosniff');
        problems.answer(problems.problemOf(error), request, reply);
      }
      const elapsedMs = performance.now() - startedAt;
      metrics.answered(VERIFY_PATH, request.method, reply.statusCode, elapsedMs);
      this.log.verified(request, reply, elapsedMs);
      return reply;
    });
    await this.router.ready();
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    forwardAuthRouter: ForwardAuthRouter;
  }
}
