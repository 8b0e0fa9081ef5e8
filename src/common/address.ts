import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The bits before the IPv4 address in an IPv6 address such as `::ffff:192.0.2.7`. */
const MAPPED_PREFIX = 96;

/**
 * The canonical form of a range. A single address becomes a range of one address, bits behind the prefix are
 * cleared, and IPv4 within IPv6 becomes IPv4, because `isInRanges` compares it as IPv4.
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

/** The canonical form of an address, in which IPv4 within IPv6 is IPv4. Null for a text that is no address. */
export function canonicalAddress(address: string): string | null {
  // The usual case, and cheap: an IPv4 address has only one form.
  return isIPv4(address) ? address : (parse(address)?.toString() ?? null);
}

/** The network that an address is counted for. In IPv6, one customer has 2^64 addresses, which count as one. */
export function networkOf(address: string): string {
  const parsed = parse(address);
  if (parsed instanceof ipaddr.IPv6) return parsed.parts.slice(0, 4).join(':');
  return parsed?.toString() ?? address;
}

/** Whether an address lies in one of the CIDR ranges. A text that cannot be read lies in none. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const parsed = parse(address);
  return parsed !== undefined && ranges.some((range) => covers(range, parsed));
}

/** Whether one of the CIDR ranges contains the whole range. A text that cannot be read lies in none. */
export function isWithinRanges(range: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValidCIDR(range)) return false;
  const [network, bits] = ipaddr.parseCIDR(range);
  return ranges.some((wider) => covers(wider, network, bits));
}

/** @param bits how many bits of the address count; all, unless given */
function covers(range: string, address: Address, bits = 128): boolean {
  if (!ipaddr.isValidCIDR(range)) return false;
  const [network, width] = ipaddr.parseCIDR(range);
  return network.kind() === address.kind() && bits >= width && address.match(network, width);
}

/** Both are asked: only `isIP` refuses `10.1`, and only ipaddr.js refuses the zone `%eth-0`. */
function parse(address: string): Address | undefined {
  return isIP(address) > 0 && ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}
