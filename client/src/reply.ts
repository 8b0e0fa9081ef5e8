import type { IntrospectionBody } from './verified-token.js';

/**
 * Reads a reply to a batch. Whatever is not exactly what was promised says nothing about any token.
 * @returns undefined for such a one
 */
export function parseReply(text: string, length: number): readonly IntrospectionBody[] | undefined {
  const reply = parseJson(text);
  return Array.isArray(reply) && reply.length === length && reply.every(isBody) ? reply : undefined;
}

/** The parser's own message would quote the reply. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBody(value: unknown): value is IntrospectionBody {
  if (typeof value !== 'object' || value === null) return false;
  const body = value as Partial<Record<string, unknown>>;
  if (body.active === false) return true;
  return (
    body.active === true &&
    ['scope', 'username', 'name', 'sub', 'token_name'].every((name) => typeof body[name] === 'string') &&
    Number.isSafeInteger(body.token_id) &&
    isSeconds(body.iat) &&
    (body.exp === undefined || isSeconds(body.exp))
  );
}

/** The last second that a Date can hold (ECMA-262 section 21.4.1.1). */
const LAST_SECOND = 8_640_000_000_000;

const isSeconds = (value: unknown): boolean =>
  Number.isInteger(value) && Math.abs(value as number) <= LAST_SECOND;
