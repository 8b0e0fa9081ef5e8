import type { IncomingMessage, ServerResponse } from 'node:http';
import { fastify, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import type { ForwardAuth } from '../introspection/forward-auth.js';
import { forwardedRequest, VERIFY_PATH } from '../introspection/forwarded-request.js';
import type { HttpMetrics } from '../metrics/http-metrics.js';
import { traceRequests } from '../tracing/request-spans.js';
import type { RequestLog } from './logger.js';
import type { ProblemFilter } from './problem.filter.js';

/**
 * The router of forward-auth. It shares nothing but the server with the router of all other routes: it has none of their
 * hooks, reads no body, and writes its own log line (ADR 23).
 */
export class ForwardAuthRouter {
  private readonly router: FastifyInstance;

  constructor(
    options: Pick<FastifyServerOptions, 'genReqId' | 'trustProxy'>,
    private readonly logger: Logger,
    private readonly log: RequestLog,
    traces: boolean,
  ) {
    this.router = fastify({
      ...options,
      logger: false,
      requestIdHeader: false,
      return503OnClosing: false,
      // The rest of the path is that of the original request. A router might not understand it.
      rewriteUrl: ({ url = '' }) => VERIFY_PATH + queryOf(url),
    });
    if (traces) traceRequests(this.router, () => VERIFY_PATH);
  }

  /** Takes a request of the shared server. */
  take(request: IncomingMessage, response: ServerResponse): void {
    this.router.routing(request, response);
  }

  /** Begins to answer. The method, path and body of a gateway's question do not matter. */
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
      const { statusCode: status } = reply;
      metrics.answered(VERIFY_PATH, request.method, status, elapsedMs);
      // A request that may pass is in the gateway's own log. There may be very many of them.
      const level = status === 200 ? 'debug' : 'info';
      if (this.logger.isLevelEnabled(level)) {
        this.log.write(level, request, {
          route: VERIFY_PATH,
          status,
          elapsedMs,
          more: forwardedRequest(request),
        });
      }
      return reply;
    });
    await this.router.ready();
  }
}

/** The query of an address, with its question mark; empty where there is none. */
function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}
