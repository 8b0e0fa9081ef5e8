import type { components } from './schema.js';

type Problem = components['schemas']['ProblemBody'];

interface Details {
  /** Undefined where there was no answer. */
  readonly status?: number;
  /** As in docs/errors.md; `offline` and `unanswered` where there was no answer. */
  readonly code: string;
  /** What is wrong with which field of the request. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Where to find what the problem is about. */
  readonly location?: string | undefined;
}

/** Why a request was not done. The message is for people. */
export class ApiError extends Error {
  readonly status: number | undefined;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly location: string | undefined;

  constructor(message: string, { status, code, fields = {}, location }: Details) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.location = location;
  }

  /** Nobody is signed in, or not any more. */
  get needsSignIn(): boolean {
    return this.code === 'session_ended' || this.code === 'unauthorized';
  }

  /** Nobody can say whether the service has done it. */
  get isUncertain(): boolean {
    return this.code === 'unanswered';
  }
}

/** A request that got no answer. */
export const unansweredError = (): ApiError =>
  navigator.onLine
    ? new ApiError('The service did not answer. Try again in a moment.', { code: 'unanswered' })
    : new ApiError('You are offline. Try again when you are connected.', { code: 'offline' });

/** An answer that says no (RFC 9457). A proxy in between may say it in another form. */
export function problemError(response: Response, body: unknown): ApiError {
  const { status, headers } = response;
  const problem = isProblem(body) ? body : undefined;
  const said = problem?.detail ?? 'The service cannot do this now.';
  return new ApiError(withTime(said, status, headers.get('retry-after')), {
    status,
    code: problem?.code ?? `http_${status}`,
    fields: Object.fromEntries((problem?.errors ?? []).map(({ field, detail }) => [field, detail])),
    location: headers.get('location') ?? undefined,
  });
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;

/** Says when, on the clock of whoever waits. */
function withTime(said: string, status: number, retryAfter: string | null): string {
  const seconds = Number(retryAfter);
  if (status !== 429 || !(seconds > 0)) return said;
  const time = new Date(Date.now() + seconds * 1000);
  return `${said} That is at ${time.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })}.`;
}
