import type { SecureContextOptions } from 'node:tls';

export interface LatchkeyClientOptions {
  /** Where Latchkey is, such as `https://tokens.example.com`; a path before `/v1` is kept. */
  readonly url: string;
  /** This service's own token, which has the scope `tokens:introspect`; white space around it does no harm. */
  readonly token: string;
  /** How long a question may take, with all its retries: 1 to 60,000, or 2,000. */
  readonly deadlineMs?: number;
  /** How many tokens travel in one request: 1 to 1,000, or 1,000. */
  readonly maxBatch?: number;
  /** How many requests are under way at once: 1 to 100, or 2. */
  readonly maxInFlight?: number;
  /** How many questions may wait for a request to depart: 1 to 1,000,000, or 10,000. One more fails at once. */
  readonly maxWaiting?: number;
  /** For `https`: a certificate authority of one's own, or a certificate of this service. */
  readonly tls?: SecureContextOptions;
}

/** Options that have been checked. */
export interface ClientSettings extends Required<Omit<LatchkeyClientOptions, 'url'>> {
  /** The address to ask at. */
  readonly endpoint: URL;
}

/** [least, most, default] */
const RANGES = {
  deadlineMs: [1, 60_000, 2000],
  maxBatch: [1, 1000, 1000],
  maxInFlight: [1, 100, 2],
  maxWaiting: [1, 1_000_000, 10_000],
} as const;

/** What a header may hold (RFC 6750 section 2.1, and the bar). A message about anything else would quote it. */
const CREDENTIAL = /^[\w.~+/|-]+=*$/;

/** @throws TypeError or RangeError that says which option is wrong, without quoting a secret */
export function checkOptions(options: LatchkeyClientOptions): ClientSettings {
  const { token: given, tls = {} } = options;
  // A file, and what a shell reads from it, ends with a line break.
  const token = typeof given === 'string' ? given.trim() : '';
  if (token === '') throw new TypeError('token is missing.');
  if (!CREDENTIAL.test(token)) throw new TypeError('token is no bearer token.');
  return {
    endpoint: endpointOf(options.url),
    token,
    tls,
    deadlineMs: numberOf(options, 'deadlineMs'),
    maxBatch: numberOf(options, 'maxBatch'),
    maxInFlight: numberOf(options, 'maxInFlight'),
    maxWaiting: numberOf(options, 'maxWaiting'),
  };
}

function endpointOf(url: string): URL {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new TypeError('url must be an http or https address.');
  }
  const endpoint = new URL(url);
  if (
    endpoint.username !== '' ||
    endpoint.password !== '' ||
    endpoint.search !== '' ||
    endpoint.hash !== ''
  ) {
    throw new TypeError('url must have no user, password, query or fragment.');
  }
  endpoint.pathname = `${endpoint.pathname.replace(/\/+$/, '')}/v1/introspect/batch`;
  return endpoint;
}

function numberOf(options: LatchkeyClientOptions, name: keyof typeof RANGES): number {
  const [least, most, byDefault] = RANGES[name];
  const value = options[name] ?? byDefault;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}.`);
}
