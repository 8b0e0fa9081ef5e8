import { STATUS_CODES } from 'node:http';
import { PROBLEM_STATUS, type ProblemCode } from './problem-codes.js';

export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

export interface ProblemExtras {
  /** Only where it differs from the status of the code. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
  /** More members of the body, where another standard asks for them. */
  readonly members?: Readonly<Record<string, string | number>>;
  /** Only where another standard asks for a different one. */
  readonly contentType?: string;
  /** For the log only. */
  readonly cause?: unknown;
}

const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/**
 * A failure the client is told about, as RFC 9457 problem details. Each has a class of its own, beside its feature.
 * The detail is shown to people as it is: no secret, no input, no inner workings.
 */
export abstract class Problem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;
  readonly members: Readonly<Record<string, string | number>> | undefined;
  readonly contentType: string;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    { status, headers = {}, errors, members, contentType = PROBLEM_CONTENT_TYPE, cause }: ProblemExtras = {},
  ) {
    super(detail, { cause });
    this.name = new.target.name;
    this.status = status ?? PROBLEM_STATUS[code];
    this.headers = headers;
    this.errors = errors;
    this.members = members;
    this.contentType = contentType;
  }
}

/** An answer has no more errors than this, and says how many there are beside them. */
const MAX_ERRORS = 10;

/** Some fields are wrong. The detail of the first one is also the detail of the problem. */
export class ValidationProblem extends Problem {
  constructor(errors: readonly [FieldError, ...FieldError[]]) {
    const more = errors.length - MAX_ERRORS;
    super('validation_failed', errors[0].detail, {
      errors: errors.slice(0, MAX_ERRORS),
      ...(more > 0 && { members: { more_errors: more } }),
    });
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

/** The problems of HTTP itself, which are the same on every route: one code for each status. */
const HTTP_DETAILS = {
  bad_request: 'The request could not be understood.',
  cross_origin: 'This request came from another site. Send it from the same origin.',
  not_found: 'There is nothing at this address.',
  method_not_allowed: 'This address does not take that method.',
  request_timeout: 'The request took too long to arrive.',
  body_too_large: 'The request body is too large.',
  uri_too_long: 'The address is too long.',
  unsupported_media_type: 'Send the body as application/json.',
  headers_too_large: 'The request headers are too large.',
  internal_error: 'Something went wrong on our side.',
  unavailable: 'The service is not available now. Try again in a few seconds.',
} satisfies Partial<Record<ProblemCode, string>>;

type HttpCode = keyof typeof HTTP_DETAILS;

export class HttpProblem extends Problem {
  /** @param status any status that a library chose; one without a code here becomes 400 or 500 */
  constructor(status: number, extras: Omit<ProblemExtras, 'status'> = {}) {
    const code = httpCodeOf(status);
    super(code, HTTP_DETAILS[code], extras);
  }
}

function httpCodeOf(status: number): HttpCode {
  const codes = Object.keys(HTTP_DETAILS) as HttpCode[];
  const code = codes.find((candidate) => PROBLEM_STATUS[candidate] === status);
  return code ?? (status >= 400 && status < 500 ? 'bad_request' : 'internal_error');
}
