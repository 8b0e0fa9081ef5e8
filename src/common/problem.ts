import { STATUS_CODES } from 'node:http';

export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

export interface ProblemExtras {
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
  /** More members of the body, which some other standard asks for. */
  readonly members?: Readonly<Record<string, string>>;
  /** Where another standard asks for another one. */
  readonly contentType?: string;
  /** For the log only. */
  readonly cause?: unknown;
}

const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/**
 * A failure the client is told about, as RFC 9457 problem details. Every room derives its own, each with
 * a stable `code`. The detail is shown to people as it is: no secret, no input, no inner workings.
 */
export class Problem extends Error {
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;
  readonly members: Readonly<Record<string, string>> | undefined;
  readonly contentType: string;

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    { headers = {}, errors, members, contentType = PROBLEM_CONTENT_TYPE, cause }: ProblemExtras = {},
  ) {
    super(detail, { cause });
    this.name = new.target.name;
    this.headers = headers;
    this.errors = errors;
    this.members = members;
    this.contentType = contentType;
  }
}

/** Fields that are not as they must be; the first one's detail is the problem's. */
export class ValidationProblem extends Problem {
  constructor(errors: readonly [FieldError, ...FieldError[]]) {
    super(400, 'validation_failed', errors[0].detail, { errors });
  }
}

/** The body of a problem, as JSON (RFC 9457 section 3.1; `message` is for clients written to NestJS's shape). */
export function problemBody(problem: Problem, requestId: string): string {
  const { status, code, detail, errors, members } = problem;
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    code,
    detail,
    message: detail,
    errors,
    request_id: requestId,
    ...members,
  });
}

/** Problems of HTTP itself, the same on every route. */
const HTTP_PROBLEMS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['bad_request', 'The request could not be understood.'],
  403: ['cross_origin', 'This request came from another site. Send it from the same origin.'],
  404: ['not_found', 'There is nothing at this address.'],
  405: ['method_not_allowed', 'This address does not take that method.'],
  408: ['request_timeout', 'The request took too long to arrive.'],
  413: ['body_too_large', 'The request body is too large.'],
  414: ['uri_too_long', 'The address is too long.'],
  415: ['unsupported_media_type', 'Send the body as application/json.'],
  431: ['headers_too_large', 'The request headers are too large.'],
  503: ['unavailable', 'The service is not available now. Try again in a few seconds.'],
};

/** @param status any status a server library chose; one without a text of its own becomes 500 or 400 */
export function httpProblem(status: number, extras: ProblemExtras = {}): Problem {
  const known = HTTP_PROBLEMS[status];
  if (known !== undefined) return new Problem(status, known[0], known[1], extras);
  if (status >= 400 && status < 500) return httpProblem(400, extras);
  return new Problem(500, 'internal_error', 'Something went wrong on our side.', extras);
}
