import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address in its one form, IPv4 within IPv6 as IPv4; null for what is no address. */
export function canonical(address: string): string | null {
  const family = isIP(address);
  if (family === 4) return address;
  return family === 0 ? null : ipaddr.process(address).toString();
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
