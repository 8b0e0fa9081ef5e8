import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { parse } from 'node:querystring';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type {
  FastifyError,
  FastifyHttpOptions,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { VERIFY_PATH } from '../introspection/forwarded-request.js';
import { traceRequests } from '../tracing/request-spans.js';
import { BODY_LIMIT_BYTES, takeBodies } from './bodies.js';
import { ForwardAuthRouter } from './forward-auth.router.js';
import { RequestLog } from './logger.js';
import { answerBrokenRequest, answerTooManyHeaders, answerUnroutableRequest } from './refused-requests.js';
import { MAX_PARAMETERS } from './validation.pipe.js';
import { securityHeaders } from './security-headers.js';
import { isForPerson, sendPage } from './web.js';

/** A request must have arrived whole by then, or its connection is closed (slowloris). */
const REQUEST_TIMEOUT_MS = 30_000;

/** As many as Apache takes. Node drops what is beyond its own, far higher limit, and says nothing. */
const MAX_HEADER_LINES = 100;

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** Fastify, which shows people who come to a wrong address a page. */
class PageAdapter extends FastifyAdapter {
  override setNotFoundHandler(handler: unknown): FastifyInstance {
    const refuse = handler as Handler;
    const answer: Handler = (request, reply) =>
      isForPerson(request) ? sendPage(reply.status(404)) : refuse(request, reply);
    return super.setNotFoundHandler(answer);
  }
}

/** The HTTP server, with the limits every request is under. */
export function createAdapter(settings: Settings, logger: Logger): FastifyAdapter {
  const log = new RequestLog(logger);
  const headers = securityHeaders(settings.publicUrl);
  const headerLines = Object.entries(headers);
  const shared = {
    genReqId: () => randomUUID(),
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
  };
  const forwardAuthRouter = new ForwardAuthRouter(shared, logger, log, settings.traces);
  const adapter = new PageAdapter({
    ...shared,
    loggerInstance: logger,
    // Nothing logs through the request, and a child logger would cost 2% of it.
    childLoggerFactory: () => logger,
    logController: log,
    requestIdHeader: false,
    serverFactory: (serve: RequestListener, options: FastifyHttpOptions<Server>) =>
      serverFor(options, (request, response) => {
        if (request.rawHeaders.length > 2 * MAX_HEADER_LINES) answerTooManyHeaders(response, headers, logger);
        else if (isForwardAuth(request.url ?? '')) forwardAuthRouter.take(request, response);
        else serve(request, response);
      }),
    bodyLimit: BODY_LIMIT_BYTES,
    // Of a query that is too long, only so much that the pipe sees it.
    routerOptions: { querystringParser: (query) => parse(query, '&', '=', { maxKeys: MAX_PARAMETERS + 1 }) },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node has a second limit, for the headers alone, of 60 s. It uses the shorter of the two for headers and the longer
    // one for bodies. Told here, when the server is made, Node lowers its own limit to this one.
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

/** Makes the one server of both routers. */
function serverFor(options: FastifyHttpOptions<Server>, serve: RequestListener): Server {
  const server = createServer(options.http ?? {}, serve);
  // An Expect header that is not understood may be ignored (RFC 9110, 10.1.1). Node would answer 417, without our
  // problem details, and a gateway would not understand it.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  const { keepAliveTimeout = server.keepAliveTimeout, requestTimeout = server.requestTimeout } = options;
  return Object.assign(server, { keepAliveTimeout, requestTimeout });
}

/** Whether the path of forward-auth is the whole path, or its beginning. */
const isForwardAuth = (url: string): boolean =>
  url.startsWith(VERIFY_PATH) && [undefined, '/', '?'].includes(url[VERIFY_PATH.length]);

declare module 'fastify' {
  interface FastifyInstance {
    forwardAuthRouter: ForwardAuthRouter;
  }
}
