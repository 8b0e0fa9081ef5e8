import { makeValidator } from 'envalid';
import { canonicalRange } from '../common/address.js';

export type DatabaseSettings =
  | { readonly engine: 'sqlite'; readonly path: string }
  | {
      readonly engine: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** Parsers from a setting's text to its value. Each throws an Error whose message completes "SETTING …". */

export const wholeNumber = (min: number, max: number) =>
  makeValidator<number>((input) => {
    const value = /^\d{1,15}$/.test(input) ? Number(input) : NaN;
    if (!(value >= min && value <= max)) throw new Error(`must be a whole number from ${min} to ${max}`);
    return value;
  });

export const oneOf = <T extends string>(...choices: readonly T[]) =>
  makeValidator<T>((input) => {
    const choice = choices.find((candidate) => candidate === input);
    if (choice === undefined) throw new Error(`must be one of ${choices.join(', ')}`);
    return choice;
  });

export const hostName = makeValidator<string>((input) => {
  if (!/^[\w.:-]+$/.test(input)) throw new Error('must be an IP address or a host name');
  return input;
});

/** An origin: scheme, host and, if need be, port. A slash at the end is allowed. */
export const origin = makeValidator<URL>((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  const isOrigin =
    url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href.toLowerCase();
  if (!isOrigin) throw new Error('must be an http:// or https:// address without a path');
  return url;
});

export const tokenPrefix = makeValidator<string>((input) => {
  if (!/^\w{0,32}$/.test(input)) throw new Error('must be at most 32 of the characters A-Z a-z 0-9 _');
  return input;
});

/** Comma-separated addresses and CIDR ranges. */
export const addressRanges = makeValidator<readonly string[]>(rangesOf);

/** The same in canonical form. `none` means no address at all. */
export const allowedRanges = makeValidator<readonly string[]>((input) =>
  input === 'none' ? [] : rangesOf(input).flatMap((range) => canonicalRange(range) ?? []),
);

function rangesOf(input: string): readonly string[] {
  const ranges = input.split(',').map((range) => range.trim());
  const wrong = ranges.find((range) => canonicalRange(range) === undefined);
  if (wrong !== undefined) {
    throw new Error('must be IP addresses or CIDR ranges separated by commas, such as 10.0.0.0/8,192.0.2.7');
  }
  return ranges;
}

const DATABASE_URL_FORM = 'must be sqlite:<path> or mysql://user:password@host:port/database';

/** `sqlite:<path>`, `sqlite::memory:` or `mysql://user:password@host:port/database`. */
export const databaseUrl = makeValidator<DatabaseSettings>((input) => {
  const sqlite = /^sqlite:(.+)$/.exec(input)?.[1];
  if (sqlite !== undefined) return { engine: 'sqlite', path: sqlite };
  const url = URL.canParse(input) ? new URL(input) : undefined;
  const [user, password, database] = [url?.username, url?.password, url?.pathname.slice(1)].map(unescape);
  if (url?.protocol !== 'mysql:' || url.hostname === '' || user === undefined || password === undefined) {
    throw new Error(DATABASE_URL_FORM);
  }
  if (!database || database.includes('/')) throw new Error(DATABASE_URL_FORM);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { engine: 'mysql', host, port: Number(url.port || 3306), user, password, database };
});

/** `redis://user:password@host:port/number`, or `rediss://` for TLS. */
export const redisUrl = makeValidator<string>((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  const isRedis = url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== '';
  if (!isRedis || !/^(\/\d*)?$/.test(url.pathname)) {
    throw new Error('must be redis://user:password@host:port/number, or rediss:// for TLS');
  }
  return input;
});

/** @returns undefined for a broken percent escape, too */
function unescape(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
