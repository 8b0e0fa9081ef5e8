import type { FastifyRequest } from 'fastify';

/** The request that a gateway asks about, as far as the gateway says. Only the log uses it. */
interface ForwardedRequest {
  readonly original_method: string | null;
  /** Without the query, which may contain secrets. */
  readonly original_path: string | null;
}

export const VERIFY_PATH = '/v1/verify';

const MAX_METHOD_LENGTH = 32;
const MAX_PATH_LENGTH = 256;

/**
 * Reads what gateways send: `X-Original-Method` and `X-Original-URI` (nginx, as our examples set them),
 * `X-Original-URL` (ingress-nginx), `X-Forwarded-Method` and `X-Forwarded-Uri` (Caddy, Traefik), or the method
 * itself and a path that begins with ours (Envoy).
 */
export function forwardedRequest({ headers, method, originalUrl: url }: FastifyRequest): ForwardedRequest {
  const inPath = url.startsWith(`${VERIFY_PATH}/`) ? url.slice(VERIFY_PATH.length) : undefined;
  const originalMethod =
    headers['x-original-method'] ?? headers['x-forwarded-method'] ?? (inPath === undefined ? null : method);
  const originalUri =
    headers['x-original-uri'] ?? headers['x-forwarded-uri'] ?? headers['x-original-url'] ?? inPath;
  return {
    original_method: cut(originalMethod, MAX_METHOD_LENGTH),
    original_path: cut(originalUri && pathOf(String(originalUri)), MAX_PATH_LENGTH),
  };
}

/** The path of an address, which may have a scheme and a host. */
function pathOf(uri: string): string {
  const query = uri.search(/[?#]/);
  const address = query < 0 ? uri : uri.slice(0, query);
  return address.startsWith('/') ? address : address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';
}

const cut = (value: string | string[] | null | undefined, length: number): string | null =>
  typeof value === 'string' ? value.slice(0, length) : null;
