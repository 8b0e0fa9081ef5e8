import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ForwardAuthRouter } from './forward-auth.router.js';
import { BODY_LIMIT_BYTES, takeBodies } from './bodies.js';
import { RequestLog } from './logger.js';
import { securityHeaders } from './security-headers.js';
import { httpProblem, problemBody } from '../common/problem.js';
import type { Settings } from '../config/settings.js';
import { traceRequests } from '../tracing/request-spans.js';

/** A request that has not arrived whole by then is closed (slowloris). */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP server, with the limits every request is under. */
export function createAdapter(settings: Settings, logger: Logger): FastifyAdapter {
  const log = new RequestLog(logger);
  const headers = securityHeaders(settings.publicUrl);
  const headerLines = Object.entries(headers);
  const shared = {
    genReqId: () => randomUUID(),
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
  };
  const forwardAuthRouter = new ForwardAuthRouter(shared, log, settings.traces);
  const adapter = new FastifyAdapter({
    ...shared,
    loggerInstance: logger,
    // No room logs through the request; a child logger for each would cost 2% of it.
    childLoggerFactory: () => logger,
    logController: log,
    requestIdHeader: false,
    serverFactory: forwardAuthRouter.serverFactory,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Said to Node at once, so that its limit for headers, 60 s otherwise, becomes no longer than this one. Of two
    // limits it takes the shorter one for headers, and the longer one for bodies, whichever is which.
    http: { connectionsCheckingInterval: 5000, requestTimeout: REQUEST_TIMEOUT_MS },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      answerBrokenRequest(error, socket, headers, logger);
    },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      answerUnroutableRequest(error, request, reply, headers);
    },
  });
  const instance: FastifyInstance = adapter.getInstance();
  instance.decorate('forwardAuthRouter', forwardAuthRouter);
  if (settings.traces)
    traceRequests(instance, ({ is404, routeOptions }) => (is404 ? undefined : routeOptions.url));
  instance.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of headerLines) reply.raw.setHeader(name, value);
    void reply.header('x-request-id', request.id);
    done();
  });
  takeBodies(instance);
  return adapter;
}

type Headers = ReturnType<typeof securityHeaders>;

/** What the router cannot read (a broken percent escape, an over-long parameter) reaches no filter. */
function answerUnroutableRequest(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  headers: Headers,
): void {
  const problem = httpProblem(error.statusCode ?? 400);
  void reply
    .status(problem.status)
    .headers({ ...headers, 'x-request-id': request.id })
    .type(problem.contentType)
    .send(problemBody(problem, request.id));
}

/** What Node's parser refuses never becomes a request; it gets the same kind of answer all the same. */
function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: Headers,
  logger: Logger,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // An answer that is under way must not be mixed with another. Node keeps it in `_httpMessage` of its socket, and has
  // no public way to ask for it.
  if ((socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = httpProblem(BROKEN_REQUEST_STATUSES[error.code ?? ''] ?? 400);
  const requestId = randomUUID();
  const body = problemBody(problem, requestId);
  logger.info({ request_id: requestId, method: null, route: null, status: problem.status }, 'request');
  const fields = Object.entries({
    ...headers,
    'content-type': problem.contentType,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${fields.join('')}\r\n${body}`);
  // A client that does not close its half would keep the socket for ever.
  setTimeout(() => socket.destroy(), 1000).unref();
}

const BROKEN_REQUEST_STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_INVALID_METHOD: 405,
};

/**
 * Watches which methods each address takes.
 * @returns a function to call when all routes are there; it makes the other methods answer 405 with `Allow`
 */
export function watchMethods(instance: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  instance.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    taken.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      const allow = [...methods].toSorted().join(', ');
      instance.route({
        url,
        method: instance.supportedMethods.filter((method) => !methods.has(method)),
        handler: () => {
          throw httpProblem(405, { headers: { allow } });
        },
      });
    }
  };
}
