import ipaddr from 'ipaddr.js';

/** Whom an address counts for: one customer's IPv6 network has 2^64 addresses to send from, which count as one. */
export function networkOf(address: string): string {
  const parsed = ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
  if (parsed instanceof ipaddr.IPv6) return parsed.parts.slice(0, 4).join(':');
  return parsed?.toString() ?? address;
}
