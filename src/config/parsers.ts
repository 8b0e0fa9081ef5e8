import { makeValidator } from 'envalid';
import { canonicalRange } from '../common/address.js';
import { isHost } from './host.js';
import { serverUrl } from './urls.js';

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
  if (!isHost(input)) throw new Error('must be an IP address or a host name');
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

/** Comma-separated addresses and CIDR ranges, in canonical form. */
export const addressRanges = makeValidator<readonly string[]>(rangesOf);

/** The same. `none` means no address at all. */
export const allowedRanges = makeValidator<readonly string[]>((input) =>
  input === 'none' ? [] : rangesOf(input),
);

function rangesOf(input: string): readonly string[] {
  return input.split(',').map((range) => {
    const canonical = canonicalRange(range.trim());
    if (canonical !== undefined) return canonical;
    throw new Error('must be IP addresses or CIDR ranges separated by commas, such as 10.0.0.0/8,192.0.2.7');
  });
}

/** `redis://user:password@host:port/number`, or `rediss://` for TLS. */
export const redisUrl = makeValidator<string>((input) => {
  const url = serverUrl(input, []);
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || !/^\d{0,9}$/.test(url.path)) {
    throw new Error('must be redis://user:password@host:port/number, or rediss:// for TLS');
  }
  return input;
});
