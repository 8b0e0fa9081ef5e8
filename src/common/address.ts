import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

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

/** Whether an address lies in one of the CIDR ranges. What cannot be read is not in any. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    if (!ipaddr.isValidCIDR(range)) return false;
    const [network, bits] = ipaddr.parseCIDR(range);
    return network.kind() === parsed.kind() && parsed.match(network, bits);
  });
}

/** Whether every address of a range lies in one of the others. What cannot be read lies in none. */
export function isWithinRanges(range: string, others: readonly string[]): boolean {
  if (!ipaddr.isValidCIDR(range)) return false;
  const [network, bits] = ipaddr.parseCIDR(range);
  return others.some((other) => {
    if (!ipaddr.isValidCIDR(other)) return false;
    const [around, fewerBits] = ipaddr.parseCIDR(other);
    return network.kind() === around.kind() && bits >= fewerBits && network.match(around, fewerBits);
  });
}
