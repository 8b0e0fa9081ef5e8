/**
 * The ranges one may want to allow for an address: itself, and the network it is likely to be in.
 * @param address as the service writes it, in its one form
 */
export function rangesAround(address: string | null): string[] {
  if (address === null) return [];
  if (address.includes('.')) return [`${address}/32`, `${address.replace(/\d+$/, '0')}/24`];
  const [front = '', back] = address.split('::');
  const groups = front.split(':').filter((group) => group !== '');
  const behind = back?.split(':').filter((group) => group !== '') ?? [];
  const zeros = Array<string>(Math.max(0, 8 - groups.length - behind.length)).fill('0');
  const network = [...groups, ...zeros, ...behind].slice(0, 4).join(':');
  return [`${address}/128`, `${network}::/64`];
}
