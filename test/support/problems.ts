import { STATUS_CODES } from 'node:http';
import { expect } from '@jest/globals';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const FIELDS = ['type', 'title', 'status', 'code', 'detail', 'message', 'errors', 'request_id'];

/** An answer that is a problem of RFC 9457, with nothing in it but what the contract names. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  const body = answer.body as Record<string, unknown>;
  expect(body).toMatchObject({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    code,
    detail: expect.stringMatching(/\S/),
    message: body.detail,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(Object.keys(body).filter((key) => !FIELDS.includes(key))).toEqual([]);
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
}

/** All of an answer that may not differ between two that must look the same. */
export function comparable({ status, headers, body }: Answer): unknown {
  const own = { date: undefined, 'x-request-id': undefined };
  return { status, headers: { ...headers, ...own }, body: { ...(body as object), request_id: undefined } };
}
