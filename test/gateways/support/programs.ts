import type { Example } from '../../harness/example-program.js';

/** A gateway that is installed here. */
export interface GatewayProgram extends Example {
  readonly name: string;
  /** What a client gets while the service is away. */
  readonly away: number;
  /** What it gets for two Authorization headers; nginx does not even ask. */
  readonly twoTokens: number;
  /** Whether it passes on what comes after a body, which is no header (RFC 9110, 6.5). */
  readonly passesTrailers?: boolean;
}

export const nginx: GatewayProgram = {
  name: 'nginx',
  files: ['gateways/nginx/nginx.conf'],
  command: 'nginx',
  check: (directory) => ['-t', '-q', '-p', directory, '-c', `${directory}/nginx.conf`],
  run: (directory) => ['-p', directory, '-c', `${directory}/nginx.conf`],
  away: 500,
  twoTokens: 400,
};

export const caddy: GatewayProgram = {
  name: 'Caddy',
  files: ['gateways/caddy/Caddyfile'],
  command: 'caddy',
  check: () => ['validate', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
  run: () => ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
  away: 502,
  twoTokens: 401,
};

export const haproxy: GatewayProgram = {
  name: 'HAProxy',
  files: ['gateways/haproxy/haproxy.cfg', 'gateways/haproxy/latchkey.lua'],
  command: 'haproxy',
  check: () => ['-c', '-f', 'haproxy.cfg'],
  run: () => ['-f', 'haproxy.cfg'],
  away: 503,
  twoTokens: 401,
  passesTrailers: true,
};
