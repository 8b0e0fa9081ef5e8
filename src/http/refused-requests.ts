import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { HttpProblem, problemBody } from '../common/problem.js';

type Headers = Readonly<Record<string, string>>;

/** Answers a request that the router cannot read (a broken percent escape, a parameter that is too long). */
export function answerUnroutableRequest(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  headers: Headers,
): void {
  const problem = new HttpProblem(error.statusCode ?? 400);
  void reply
    .status(problem.status)
    .headers({ ...headers, 'x-request-id': request.id })
    .type(problem.contentType)
    .send(problemBody(problem, request.id));
}

/** Answers what Node's parser refuses. It never becomes a request, but gets the same kind of answer. */
export function answerBrokenRequest(
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
  const problem = new HttpProblem(BROKEN_REQUEST_STATUSES[error.code ?? ''] ?? 400);
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

/** Answers a request with more header lines than any client or gateway sends. */
export function answerTooManyHeaders(response: ServerResponse, headers: Headers, logger: Logger): void {
  const problem = new HttpProblem(431);
  const requestId = randomUUID();
  logger.info({ request_id: requestId, method: null, route: null, status: problem.status }, 'request');
  const body = problemBody(problem, requestId);
  response
    .writeHead(problem.status, {
      ...headers,
      'content-type': problem.contentType,
      'content-length': Buffer.byteLength(body),
      'x-request-id': requestId,
      connection: 'close',
    })
    .end(body);
}

const BROKEN_REQUEST_STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_INVALID_METHOD: 405,
};
