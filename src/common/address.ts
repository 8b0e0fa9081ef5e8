import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Bits before an IPv4 address within IPv6 (`::ffff:192.0.2.7`). */
const MAPPED_PREFIX = 96;

/**
 * A range in its one form: an address is a range of one, bits beyond the prefix are cleared, and IPv4 within
 * IPv6 is IPv4, as `isInRanges` takes it.
 * @param text an address or a CIDR range
 * @returns undefined for what is neither
 */
export function canonicalRange(text: string): string | undefined {
  const [, address = '', bits] = /^([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(bits);
  if (family === 0 || prefix > width) return undefined;
  const cidr = `${address}/${prefix}`;
  if (family === 4) return `${ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()}/${prefix}`;
  const parsed = ipaddr.IPv6.parse(address);
  if (prefix >= MAPPED_PREFIX && parsed.isIPv4MappedAddress()) {
    return canonicalRange(`${parsed.toIPv4Address().toString()}/${prefix - MAPPED_PREFIX}`);
  }
  return `${ipaddr.IPv6.networkAddressFromCIDR(cidr).toString()}/${prefix}`;
}

/** An address in its one form, IPv4 within IPv6 as IPv4; null for what is no address. */
export function canonicalAddress(address: string): string | null {
  // IPv4 has one form only, and is what most requests come by.
  return isIPv4(address) ? address : (parse(address)?.toString() ?? null);
}

/** Whom an address counts for: one customer's IPv6 network has 2^64 addresses to send from, which count as one. */
export function networkOf(address: string): string {
  const parsed = parse(address);
  if (parsed instanceof ipaddr.IPv6) return parsed.parts.slice(0, 4).join(':');
  return parsed?.toString() ?? address;
}

/** Whether an address lies in one of the CIDR ranges. What cannot be read is not in any. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const parsed = parse(address);
  return parsed !== undefined && ranges.some((range) => covers(range, parsed));
}

/** Whether every address of a range lies in one of the others. What cannot be read lies in none. */
export function isWithinRanges(range: string, others: readonly string[]): boolean {
  if (!ipaddr.isValidCIDR(range)) return false;
  const [network, bits] = ipaddr.parseCIDR(range);
  return others.some((other) => covers(other, network, bits));
}

/** @param bits how many of the address count; all of them for a single address */
function covers(range: string, address: Address, bits = 128): boolean {
  if (!ipaddr.isValidCIDR(range)) return false;
  const [network, width] = ipaddr.parseCIDR(range);
  return network.kind() === address.kind() && bits >= width && address.match(network, width);
}

/** @returns undefined for all but a whole address; the two disagree on `10.1`, and on a zone such as `%eth-0` */
function parse(address: string): Address | undefined {
  return isIP(address) > 0 && ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}
