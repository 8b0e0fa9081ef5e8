import createClient from 'openapi-fetch';
import { ApiError, problemError, unansweredError } from './api-error.js';
import type { paths } from './schema.js';

/** A request without an answer by then counts as lost. */
const TIMEOUT_MS = 20_000;

/** Every route of the service, typed by its OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) }),
});

const refusals = new EventTarget();

/** Calls the listener whenever the service wants somebody to sign in. @param listener gets the error's code */
export function onSignInNeeded(listener: (code: string) => void): void {
  refusals.addEventListener('sign-in', (event) => {
    listener((event as CustomEvent<string>).detail);
  });
}

/** A good answer: what it holds, and its headers. */
export interface Answer<T> {
  readonly data: T;
  readonly headers: Headers;
}

interface Outcome<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * Waits for a request of `api`.
 * @throws ApiError for whatever is not a good answer
 */
export async function answerOf<T>(request: Promise<Outcome<T>>): Promise<Answer<T>> {
  const { data, error, response } = await request.catch((reason: unknown): never => {
    throw reason instanceof ApiError ? reason : unansweredError();
  });
  if (!response.ok) {
    const problem = problemError(response, error);
    if (problem.needsSignIn) refusals.dispatchEvent(new CustomEvent('sign-in', { detail: problem.code }));
    throw problem;
  }
  return { data: data as T, headers: response.headers };
}

/** The cursor of the next page, from a `Link` header (RFC 8288). */
export function nextCursor(headers: Headers): string | undefined {
  const [, url] = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '') ?? [];
  return url === undefined ? undefined : (new URL(url).searchParams.get('cursor') ?? undefined);
}
