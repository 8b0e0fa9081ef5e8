/** A gateway that is installed here, and how its example is run. Directories are the run's own, and empty. */
export interface GatewayProgram {
  readonly name: string;
  /** Below `examples/gateways`. */
  readonly files: readonly string[];
  readonly command: string;
  /** Checks the configuration and ends. */
  readonly check: (directory: string) => readonly string[];
  /** Serves in the foreground, started in the directory. */
  readonly run: (directory: string) => readonly string[];
  /** What a client gets while the service is away. */
  readonly away: number;
  /** What it gets for two Authorization headers; nginx does not even ask. */
  readonly twoTokens: number;
}

export const nginx: GatewayProgram = {
  name: 'nginx',
  files: ['nginx/nginx.conf'],
  command: 'nginx',
  check: (directory) => ['-t', '-q', '-p', directory, '-c', `${directory}/nginx.conf`],
  run: (directory) => ['-p', directory, '-c', `${directory}/nginx.conf`],
  away: 500,
  twoTokens: 400,
};

export const caddy: GatewayProgram = {
  name: 'Caddy',
  files: ['caddy/Caddyfile'],
  command: 'caddy',
  check: () => ['validate', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
  run: () => ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
  away: 502,
  twoTokens: 401,
};

export const haproxy: GatewayProgram = {
  name: 'HAProxy',
  files: ['haproxy/haproxy.cfg', 'haproxy/latchkey.lua'],
  command: 'haproxy',
  check: () => ['-c', '-f', 'haproxy.cfg'],
  run: () => ['-f', 'haproxy.cfg'],
  away: 503,
  twoTokens: 401,
};
