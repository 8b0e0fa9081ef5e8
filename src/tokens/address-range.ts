import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

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
