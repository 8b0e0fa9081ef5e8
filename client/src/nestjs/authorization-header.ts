import type { IncomingMessage } from 'node:http';

/** What a request's Authorization header holds (RFC 6750 section 2.1). */
export type Presented =
  | { readonly kind: 'token'; readonly token: string }
  /** None that could be judged, or of another scheme. */
  | { readonly kind: 'nothing' }
  /** Not as it must be, or open to two readings. */
  | { readonly kind: 'malformed'; readonly reason: string };

const NOTHING: Presented = { kind: 'nothing' };

export function presentedToken({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): Presented {
  const [header, second] = authorizationHeaders(rawHeaders);
  if (header === undefined) return NOTHING;
  if (second !== undefined) return { kind: 'malformed', reason: 'Send one Authorization header.' };
  const [, token] = /^bearer +(\S+)$/i.exec(header) ?? [];
  if (token !== undefined) return { kind: 'token', token };
  if (!/^bearer(?!\S)/i.test(header)) return NOTHING;
  const reason = 'The Authorization header must be the word Bearer, a space and the token.';
  return { kind: 'malformed', reason };
}

/** Of several, Node's `headers` has only the first. The raw list has names at even places, values at odd ones. */
const authorizationHeaders = (raw: readonly string[]): string[] =>
  raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === 'authorization');
