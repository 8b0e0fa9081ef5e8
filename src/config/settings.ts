import { cleanEnv } from 'envalid';
import { type DatabaseSettings, databaseUrl } from './database-url.js';
import {
  addressRanges,
  allowedRanges,
  hostName,
  oneOf,
  origin,
  redisUrl,
  tokenPrefix,
  wholeNumber,
} from './parsers.js';
import { withNewNames } from './renamed.js';
import { asksForTraces } from './traces.js';

export type { DatabaseSettings };

/** All settings, validated and frozen. The class is also the injection token. */
export abstract class Settings {
  abstract readonly host: string;
  /** 0 lets the operating system choose. */
  abstract readonly port: number;
  abstract readonly publicUrl: URL;
  abstract readonly database: DatabaseSettings;
  /** Where rate limits are counted. Undefined for the database. It may contain a password. */
  abstract readonly redisUrl: string | undefined;
  /** Attempts to register, per network and hour. */
  abstract readonly limitRegistrations: number;
  /** Calls of the public revocation endpoint, per network and minute. */
  abstract readonly limitRevocations: number;
  /** Requests with a bad token, per network and minute. */
  abstract readonly limitFailedTokens: number;
  abstract readonly registration: 'open' | 'closed';
  abstract readonly tokenPrefix: string;
  abstract readonly tokensRequireChecksum: boolean;
  abstract readonly tokensMaxPerUser: number;
  /** Undefined if tokens may live for ever. */
  abstract readonly tokensMaxLifetimeDays: number | undefined;
  abstract readonly tokensPruneExpiredAfterDays: number;
  abstract readonly auditKeepDays: number;
  /** What to do when somebody presents a secret from before a rotation. */
  abstract readonly onRetiredSecret: 'record' | 'revoke';
  abstract readonly trustProxy: readonly string[];
  /** The CIDR ranges from which the metrics may be read. */
  abstract readonly metricsAllow: readonly string[];
  abstract readonly sessionIdleMinutes: number;
  abstract readonly sessionMaxMinutes: number;
  /** Processes that share the port. */
  abstract readonly workers: number;
  /** How long what is not urgent waits in memory until it is written. */
  abstract readonly backgroundFlushMs: number;
  /** From the signal to stop until no new connection is accepted. */
  abstract readonly shutdownDelayMs: number;
  abstract readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  abstract readonly logFormat: 'json' | 'pretty';
  /** OpenTelemetry's own variables turn them on, not ours. */
  abstract readonly traces: boolean;
  /** What the operator should change, in whole sentences. */
  abstract readonly warnings: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** One line for each wrong setting. */
export class InvalidSettingsError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** The password of `.env.example`, which must not reach a production start. */
const PLACEHOLDER_PASSWORD = 'change-me';

/** This machine and private networks. */
const PRIVATE_RANGES = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
];

const specification = {
  NODE_ENV: oneOf('development', 'test', 'production')({ default: 'development' }),
  HOST: hostName({ default: '127.0.0.1' }),
  PORT: wholeNumber(0, 65_535)({ default: 3000 }),
  PUBLIC_URL: origin({ default: undefined }),
  DATABASE_URL: databaseUrl({ default: { engine: 'sqlite', path: './data/latchkey.sqlite' } }),
  REDIS_URL: redisUrl({ default: undefined }),
  LIMIT_REGISTRATIONS: wholeNumber(1, 1_000_000_000)({ default: 30 }),
  LIMIT_REVOCATIONS: wholeNumber(1, 1_000_000_000)({ default: 300 }),
  LIMIT_FAILED_TOKENS: wholeNumber(1, 1_000_000_000)({ default: 600 }),
  REGISTRATION: oneOf('open', 'closed')({ default: undefined }),
  TOKEN_PREFIX: tokenPrefix({ default: '' }),
  TOKENS_REQUIRE_CHECKSUM: oneOf('true', 'false')({ default: 'true' }),
  TOKENS_MAX_PER_USER: wholeNumber(1, 1_000_000)({ default: 1000 }),
  TOKENS_MAX_LIFETIME_DAYS: wholeNumber(1, 36_500)({ default: undefined }),
  TOKENS_PRUNE_EXPIRED_AFTER_DAYS: wholeNumber(0, 36_500)({ default: 30 }),
  AUDIT_KEEP_DAYS: wholeNumber(1, 36_500)({ default: 365 }),
  ON_RETIRED_SECRET: oneOf('record', 'revoke')({ default: 'record' }),
  TRUST_PROXY: addressRanges({ default: [] }),
  METRICS_ALLOW: allowedRanges({ default: PRIVATE_RANGES }),
  SESSION_IDLE_MINUTES: wholeNumber(1, 525_600)({ default: 7 * 24 * 60 }),
  SESSION_MAX_MINUTES: wholeNumber(1, 525_600)({ default: 30 * 24 * 60 }),
  WORKERS: wholeNumber(1, 128)({ default: 1 }),
  BACKGROUND_FLUSH_MS: wholeNumber(10, 3_600_000)({ default: 5000 }),
  SHUTDOWN_DELAY_MS: wholeNumber(0, 60_000)({ default: 0 }),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent')({ default: 'info' }),
  LOG_FORMAT: oneOf('json', 'pretty')({ default: undefined }),
};

/** Settings whose values are not repeated in an error. */
const WITH_PASSWORD = new Set(['DATABASE_URL', 'REDIS_URL']);

/** The names of all settings, as `.env.example` must list them. */
export const settingNames = Object.keys(specification);

/**
 * Reads the settings from an environment. An empty value counts as not set.
 * @throws InvalidSettingsError naming every wrong setting
 */
export function readSettings(environment: Environment, isTerminal = false): Settings {
  const { given, givenName, warnings } = withNewNames(
    Object.fromEntries(
      Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
    ),
  );
  const problems: string[] = [];
  const env = cleanEnv(given, specification, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) {
        const value = WITH_PASSWORD.has(name) ? '' : `, not ${JSON.stringify(given[name])}`;
        problems.push(`${givenName(name)} ${error.message}${value}.`);
      }
    },
  });
  if (problems.length > 0) throw new InvalidSettingsError(problems);

  const production = env.NODE_ENV === 'production';
  const database = env.DATABASE_URL;
  if (production && database.engine === 'mysql' && database.password === PLACEHOLDER_PASSWORD) {
    throw new InvalidSettingsError(['DATABASE_URL still has the example password; choose one of your own.']);
  }
  if (database.engine === 'sqlite' && database.path === ':memory:' && env.WORKERS > 1) {
    throw new InvalidSettingsError(['WORKERS must be 1 with sqlite::memory:, which no two processes share.']);
  }
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? new URL(`http://localhost:${env.PORT}`),
    database: Object.freeze(database),
    redisUrl: env.REDIS_URL,
    limitRegistrations: env.LIMIT_REGISTRATIONS,
    limitRevocations: env.LIMIT_REVOCATIONS,
    limitFailedTokens: env.LIMIT_FAILED_TOKENS,
    registration: env.REGISTRATION ?? (production ? 'closed' : 'open'),
    tokenPrefix: env.TOKEN_PREFIX,
    tokensRequireChecksum: env.TOKENS_REQUIRE_CHECKSUM === 'true',
    tokensMaxPerUser: env.TOKENS_MAX_PER_USER,
    tokensMaxLifetimeDays: env.TOKENS_MAX_LIFETIME_DAYS,
    tokensPruneExpiredAfterDays: env.TOKENS_PRUNE_EXPIRED_AFTER_DAYS,
    auditKeepDays: env.AUDIT_KEEP_DAYS,
    onRetiredSecret: env.ON_RETIRED_SECRET,
    trustProxy: Object.freeze([...env.TRUST_PROXY]),
    metricsAllow: Object.freeze([...env.METRICS_ALLOW]),
    sessionIdleMinutes: env.SESSION_IDLE_MINUTES,
    sessionMaxMinutes: env.SESSION_MAX_MINUTES,
    workers: env.WORKERS,
    backgroundFlushMs: env.BACKGROUND_FLUSH_MS,
    shutdownDelayMs: env.SHUTDOWN_DELAY_MS,
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json'),
    traces: asksForTraces(given),
    warnings: Object.freeze(warnings),
  });
}
