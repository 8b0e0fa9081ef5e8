import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ForwardAuthRouter } from './app.forward-auth.js';
import { RequestLog } from './app.logger.js';
import { httpProblem, Problem, problemBody } from './common/problem.js';
import type { Settings } from './config/settings.js';

/** Far more than any body of this API takes. */
const BODY_LIMIT_BYTES = 64 * 1024;
/** No body of this API is nested deeper than a list in an object. */
const MAX_DEPTH = 8;
/** A request that has not arrived whole by then is closed (slowloris). */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP server, with the limits every request is under. */
export function createAdapter(settings: Settings, logger: Logger): FastifyAdapter {
  const log = new RequestLog(logger);
  const shared = {
    genReqId: () => randomUUID(),
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
  };
  const forwardAuthRouter = new ForwardAuthRouter(shared, log);
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
    http: { connectionsCheckingInterval: 5000 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      answerBrokenRequest(error, socket, logger);
    },
    frameworkErrors: answerUnroutableRequest,
  });
  const instance: FastifyInstance = adapter.getInstance();
  instance.decorate('forwardAuthRouter', forwardAuthRouter);
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  takeJsonOnly(instance);
  return adapter;
}

/** Bodies are JSON objects. An empty one counts as none: clients send the content type with every request. */
function takeJsonOnly(instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    void parse(request, body as string, (error, value: unknown) => {
      const problem = error === null ? bodyProblem(value) : malformed('is not valid JSON');
      if (problem === undefined) done(null, value);
      else done(problem);
    });
  });
}

const malformed = (fault: string) => new Problem(400, 'malformed_json', `The request body ${fault}.`);

/** Level by level: class-transformer goes down by recursion, and some thousand levels exhaust its stack. */
function isDeeperThan(depth: number, body: object): boolean {
  let level: unknown[] = [body];
  for (let at = 0; at <= depth; at += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

function bodyProblem(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return malformed('must be a JSON object');
  }
  if (isDeeperThan(MAX_DEPTH, body)) return malformed('is nested too deeply');
  return undefined;
}

/** What the router cannot read (a broken percent escape, an over-long parameter) reaches no filter. */
function answerUnroutableRequest(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = httpProblem(error.statusCode ?? 400);
  void reply
    .status(problem.status)
    .headers({ 'x-content-type-options': 'nosniff', 'x-request-id': request.id })
    .type(problem.contentType)
    .send(problemBody(problem, request.id));
}

/** What Node's parser refuses never becomes a request; it gets the same kind of answer all the same. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, logger: Logger): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // An answer that is under way must not be mixed with another.
  if ((socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = httpProblem(BROKEN_REQUEST_STATUSES[error.code ?? ''] ?? 400);
  const requestId = randomUUID();
  const body = problemBody(problem, requestId);
  logger.info({ request_id: requestId, method: null, route: null, status: problem.status }, 'request');
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n` +
      `Content-Type: ${problem.contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Content-Type-Options: nosniff\r\nX-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
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
