import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  ForbiddenException,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, Problem, problemBody } from '../common/problem.js';

/** Turns the error of a library into a problem. Undefined for an error that it does not know. */
type ProblemTranslator = (error: unknown) => Problem | undefined;

/** The one place where failures become answers: RFC 9457, whatever was thrown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly translate: ProblemTranslator) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(this.problemOf(error), http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a request with a problem. */
  answer(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
    request.problemCode = problem.code;
    if (problem.status >= 500) this.log(problem, request.id);
    void reply
      .status(problem.status)
      // NestJS refuses some requests before our own hook has named them.
      .headers({ ...problem.headers, 'x-request-id': request.id })
      .type(problem.contentType)
      .send(problemBody(problem, request.id));
  }

  /** What the client is told about an error. */
  problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException) return new HttpProblem(statusOf(error), { cause: error });
    return this.translate(error) ?? new HttpProblem(500, { cause: error });
  }

  private log({ status, detail, cause }: Problem, requestId: string): void {
    const message = `${detail} (request ${requestId})`;
    if (status === 503) this.logger.warn(`${message} ${cause instanceof Error ? cause.message : ''}`);
    else this.logger.error(message, cause instanceof Error ? cause.stack : String(cause));
  }
}

/**
 * NestJS's own 403 comes from its cross-origin check. Any other 403 comes from the static files, for an address outside
 * of their folder, where there is nothing.
 */
const statusOf = (error: HttpException): number =>
  error.getStatus() === 403 && !(error instanceof ForbiddenException) ? 404 : error.getStatus();

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem it was answered with, for the log. */
    problemCode?: string;
  }
}
