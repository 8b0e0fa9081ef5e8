import { describe, expect, test } from '@jest/globals';
import { type Environment, InvalidSettingsError, readSettings } from './settings.js';

function linesOf(environment: Environment): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.lines;
    throw error;
  }
  return [];
}

const MYSQL = 'mysql://latchkey:s3cret-p%40ss@db.example.com:3307/tokens';

describe('without any settings', () => {
  test('the defaults are those of the documentation', () => {
    const { publicUrl, ...settings } = readSettings({});
    expect(publicUrl.href).toBe('http://localhost:3000/');
    expect(settings).toEqual({
      host: '127.0.0.1',
      port: 3000,
      database: { engine: 'sqlite', path: './data/latchkey.sqlite' },
      redisUrl: undefined,
      limitRegistrations: 30,
      limitRevocations: 300,
      limitFailedTokens: 600,
      registration: 'open',
      tokenPrefix: '',
      tokensRequireChecksum: true,
      tokensMaxPerUser: 1000,
      tokensPruneExpiredAfterDays: 30,
      auditKeepDays: 365,
      onRetiredSecret: 'record',
      trustProxy: [],
      metricsAllow: ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
      sessionIdleMinutes: 7 * 24 * 60,
      sessionMaxMinutes: 30 * 24 * 60,
      workers: 1,
      backgroundFlushMs: 5000,
      shutdownDelayMs: 0,
      logLevel: 'info',
      logFormat: 'json',
      traces: false,
      warnings: [],
    });
  });

  test('registration is closed in production, unless it is opened', () => {
    expect(readSettings({ NODE_ENV: 'production' }).registration).toBe('closed');
    expect(readSettings({ NODE_ENV: 'production', REGISTRATION: 'open' }).registration).toBe('open');
    expect(readSettings({ REGISTRATION: 'closed' }).registration).toBe('closed');
  });

  test('people at a terminal get a log they can read, unless they ask for another', () => {
    expect(readSettings({}, true).logFormat).toBe('pretty');
    expect(readSettings({ LOG_FORMAT: 'json' }, true).logFormat).toBe('json');
  });

  test('the public address follows the port', () => {
    expect(readSettings({ PORT: '8080' }).publicUrl.origin).toBe('http://localhost:8080');
  });

  test('an empty value counts as not set', () => {
    const empty = { PORT: '', DATABASE_URL: '', REGISTRATION: '', TRUST_PROXY: '', PUBLIC_URL: '' };
    expect(readSettings(empty)).toEqual(readSettings({}));
  });

  test('what is not ours is not looked at', () => {
    expect(linesOf({ PATH: '/bin', npm_config_x: '1' })).toEqual([]);
  });
});

describe('good settings', () => {
  test.each<[string, string, object]>([
    ['HOST', '::1', { host: '::1' }],
    ['HOST', 'db_1.example.com.', { host: 'db_1.example.com.' }],
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['TOKEN_PREFIX', 'acme_', { tokenPrefix: 'acme_' }],
    ['TOKENS_REQUIRE_CHECKSUM', 'false', { tokensRequireChecksum: false }],
    ['TOKENS_MAX_LIFETIME_DAYS', '90', { tokensMaxLifetimeDays: 90 }],
    ['TRUST_PROXY', '10.0.0.0/8, 192.0.2.7,::1', { trustProxy: ['10.0.0.0/8', '192.0.2.7/32', '::1/128'] }],
    ['METRICS_ALLOW', '192.0.2.7,10.9.8.7/8', { metricsAllow: ['192.0.2.7/32', '10.0.0.0/8'] }],
    ['METRICS_ALLOW', 'none', { metricsAllow: [] }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['DATABASE_URL', 'sqlite::memory:', { database: { engine: 'sqlite', path: ':memory:' } }],
    ['DATABASE_URL', 'sqlite:/srv/a b.sqlite', { database: { engine: 'sqlite', path: '/srv/a b.sqlite' } }],
  ])('%s=%s', (name, value, expected) => {
    expect(readSettings({ [name]: value })).toMatchObject(expected);
  });

  test.each([
    ['https://tokens.example.com', 'https://tokens.example.com'],
    ['https://tokens.example.com/', 'https://tokens.example.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['https://Tokens.Example.com:443', 'https://tokens.example.com'],
  ])('PUBLIC_URL=%s', (value, origin) => {
    expect(readSettings({ PUBLIC_URL: value }).publicUrl.origin).toBe(origin);
  });

  test.each([
    [MYSQL, { host: 'db.example.com', port: 3307, user: 'latchkey', password: 's3cret-p@ss' }],
    ['mysql://root@127.0.0.1/tokens', { host: '127.0.0.1', port: 3306, user: 'root', password: '' }],
    ['mysql://root@[::1]:3306/tokens', { host: '::1', port: 3306, user: 'root', password: '' }],
  ])('DATABASE_URL=%s', (value, expected) => {
    expect(readSettings({ DATABASE_URL: value }).database).toEqual({
      engine: 'mysql',
      database: 'tokens',
      ...expected,
    });
  });

  test('cannot be changed afterwards', () => {
    for (const settings of [readSettings({}), readSettings({ DATABASE_URL: MYSQL, TRUST_PROXY: '::1' })]) {
      expect(Object.isFrozen(settings)).toBe(true);
      expect(Object.isFrozen(settings.database)).toBe(true);
      expect(Object.isFrozen(settings.trustProxy)).toBe(true);
      expect(() => Object.assign(settings, { registration: 'open' })).toThrow(TypeError);
    }
  });
});

describe('bad settings', () => {
  test.each([
    ['NODE_ENV', 'staging', 'must be one of development, test, production, not "staging"'],
    ['HOST', 'http://x', 'must be an IP address or a host name, not "http://x"'],
    ['HOST', '1', 'must be an IP address or a host name, not "1"'],
    ['HOST', '0x7f.1', 'must be an IP address or a host name, not "0x7f.1"'],
    ['HOST', 'localhost:80', 'must be an IP address or a host name, not "localhost:80"'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535, not "65536"'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535, not "-1"'],
    ['PORT', '3e3', 'must be a whole number from 0 to 65535, not "3e3"'],
    ['PORT', '0x50', 'must be a whole number from 0 to 65535, not "0x50"'],
    ['PORT', ' 80', 'must be a whole number from 0 to 65535, not " 80"'],
    [
      'PUBLIC_URL',
      'tokens.example.com',
      'must be an http:// or https:// address without a path, not "tokens.example.com"',
    ],
    ['PUBLIC_URL', 'ftp://a.b', 'must be an http:// or https:// address without a path, not "ftp://a.b"'],
    [
      'PUBLIC_URL',
      'https://a.b/c',
      'must be an http:// or https:// address without a path, not "https://a.b/c"',
    ],
    [
      'PUBLIC_URL',
      'https://a.b?c',
      'must be an http:// or https:// address without a path, not "https://a.b?c"',
    ],
    ['REGISTRATION', 'yes', 'must be one of open, closed, not "yes"'],
    ['TOKEN_PREFIX', 'a-b', 'must be at most 32 of the characters A-Z a-z 0-9 _, not "a-b"'],
    ['TOKEN_PREFIX', 'a|b', 'must be at most 32 of the characters A-Z a-z 0-9 _, not "a|b"'],
    ['TOKENS_REQUIRE_CHECKSUM', '1', 'must be one of true, false, not "1"'],
    ['TOKENS_MAX_PER_USER', '0', 'must be a whole number from 1 to 1000000, not "0"'],
    ['SESSION_IDLE_MINUTES', '0', 'must be a whole number from 1 to 525600, not "0"'],
    ['SESSION_MAX_MINUTES', '1.5', 'must be a whole number from 1 to 525600, not "1.5"'],
    ['BACKGROUND_FLUSH_MS', '9', 'must be a whole number from 10 to 3600000, not "9"'],
    ['SHUTDOWN_DELAY_MS', '60001', 'must be a whole number from 0 to 60000, not "60001"'],
    ['LOG_LEVEL', 'loud', 'must be one of fatal, error, warn, info, debug, trace, silent, not "loud"'],
    ['LOG_FORMAT', 'xml', 'must be one of json, pretty, not "xml"'],
  ])('%s=%s stops the start with one clear line', (name, value, line) => {
    expect(linesOf({ [name]: value })).toEqual([`${name} ${line}.`]);
  });

  test.each([
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10/8'],
    ['TRUST_PROXY', '1'],
    ['TRUST_PROXY', '010.0.0.1'],
    ['TRUST_PROXY', '10.0.0.1,,10.0.0.2'],
    ['TRUST_PROXY', 'proxy.example.com'],
    ['TRUST_PROXY', 'none'],
    ['METRICS_ALLOW', 'all'],
    ['METRICS_ALLOW', '10.0.0.1,none'],
  ])('%s=%s', (name, value) => {
    const line = 'must be IP addresses or CIDR ranges separated by commas, such as 10.0.0.0/8,192.0.2.7';
    expect(linesOf({ [name]: value })).toEqual([`${name} ${line}, not "${value}".`]);
  });

  test.each([
    'postgres://latchkey:s3cret@db/tokens',
    'mysql://latchkey:s3cret@db',
    'mysql://latchkey:s3cret@db/a/b',
    'mysql://latchkey:s3cret@/tokens',
    'mysql://latchkey:s3cret%zz@db/tokens',
    'mysql://latchkey:s3cret@db:99999/tokens',
    'latchkey:s3cret@db/tokens',
    'mysql://latchkey:s3cret@db:0/tokens',
    'mysql://latchkey:s3cret@db,db2/tokens',
    'mysql://latchkey:s3cret@1/tokens',
    'mysql://latchkey:s3cret@db/tokens#x',
    ' mysql://latchkey:s3cret@db/tokens',
    'mysql://latchkey:s3\ncret@db/tokens',
    'sqlite:',
    'sqlite:data/x.sqlite\r',
    'sqlite://data/x.sqlite',
    'sqlite:https://example.com',
    'sqlite:file:x.sqlite',
  ])('DATABASE_URL=%s: one clear line, without the password', (value) => {
    expect(linesOf({ DATABASE_URL: value })).toEqual([
      'DATABASE_URL must be sqlite:<path> or mysql://user:password@host:port/database.',
    ]);
  });

  test.each([
    ['DATABASE_URL', 'mysql://a:pw@db/x?sslmode=require', '"sslmode"; it takes none'],
    ['DATABASE_URL', 'mysql://a:pw@db/x?ssl=true', '"ssl"; it takes none'],
    ['DATABASE_URL', 'sqlite:x.sqlite?mode=ro', '"mode"; it takes none'],
    ['DATABASE_URL', 'sqlite::memory:?cache=shared', '"cache"; it takes none'],
    ['REDIS_URL', 'redis://:pw@host:6379?db=1', '"db"; it takes none'],
    ['REDIS_URL', 'rediss://:pw@host:6379/1?ca=x', '"ca"; it takes none'],
  ])('%s=%s: the parameter is named', (name, value, line) => {
    expect(linesOf({ [name]: value })).toEqual([`${name} has the unknown parameter ${line}.`]);
  });

  test.each([
    'redis://host:0',
    'redis://1',
    'redis://:%zz@host',
    'redis://host/1#x',
    ' redis://host',
    'http://host',
  ])('REDIS_URL=%s: one clear line', (value) => {
    const line = 'REDIS_URL must be redis://user:password@host:port/number, or rediss:// for TLS.';
    expect(linesOf({ REDIS_URL: value })).toEqual([line]);
  });

  test('all that are wrong are named at once', () => {
    const lines = linesOf({
      PORT: 'x',
      REGISTRATION: 'x',
      TRUST_PROXY: 'x',
      LOG_LEVEL: 'info',
      DATABASE_URL: 'x',
    });
    expect(lines.map((line) => line.split(' ')[0]).toSorted()).toEqual([
      'DATABASE_URL',
      'PORT',
      'REGISTRATION',
      'TRUST_PROXY',
    ]);
  });

  test('the example password does not reach a production start', () => {
    const DATABASE_URL = 'mysql://latchkey:change-me@127.0.0.1:3306/latchkey';
    expect(linesOf({ NODE_ENV: 'production', DATABASE_URL })).toEqual([
      'DATABASE_URL still has the example password; choose one of your own.',
    ]);
    expect(linesOf({ NODE_ENV: 'development', DATABASE_URL })).toEqual([]);
    expect(linesOf({ NODE_ENV: 'production', DATABASE_URL: MYSQL })).toEqual([]);
  });
});

describe('LAST_USED_FLUSH_MS, the old name of BACKGROUND_FLUSH_MS', () => {
  test.each([
    [
      'is still read, with a warning',
      { LAST_USED_FLUSH_MS: '2000' },
      2000,
      'The setting LAST_USED_FLUSH_MS is now called BACKGROUND_FLUSH_MS. Please rename it.',
    ],
    [
      'is ignored beside the new one, with a warning',
      { LAST_USED_FLUSH_MS: '2000', BACKGROUND_FLUSH_MS: '3000' },
      3000,
      'The setting LAST_USED_FLUSH_MS is ignored, because BACKGROUND_FLUSH_MS is set. Please remove LAST_USED_FLUSH_MS.',
    ],
  ])('%s', (_, environment, backgroundFlushMs, warning) => {
    expect(readSettings(environment)).toMatchObject({ backgroundFlushMs, warnings: [warning] });
  });

  test('counts as not set when it is empty', () => {
    expect(readSettings({ LAST_USED_FLUSH_MS: '' })).toEqual(readSettings({}));
  });

  test('is the name in a complaint where it was given, and only there', () => {
    const line = 'must be a whole number from 10 to 3600000, not "9".';
    expect(linesOf({ LAST_USED_FLUSH_MS: '9' })).toEqual([`LAST_USED_FLUSH_MS ${line}`]);
    expect(linesOf({ LAST_USED_FLUSH_MS: '20', BACKGROUND_FLUSH_MS: '9' })).toEqual([
      `BACKGROUND_FLUSH_MS ${line}`,
    ]);
    expect(linesOf({ LAST_USED_FLUSH_MS: '9', BACKGROUND_FLUSH_MS: '20' })).toEqual([]);
  });
});
