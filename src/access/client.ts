import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address in its one form, IPv4 within IPv6 as IPv4; null for what is no address. */
export function canonical(address: string): string | null {
  const family = isIP(address);
  if (family === 4) return address;
  return family === 0 ? null : ipaddr.process(address).toString();
}
