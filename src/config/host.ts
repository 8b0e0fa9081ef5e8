import { isIP } from 'node:net';

/**
 * Whether a text is a host name, or an IP address in its usual form. Resolvers take `1`, `010.0.0.1` and `0x7f.1` for
 * addresses that nobody meant.
 */
export function isHost(text: string): boolean {
  if (isIP(text) > 0) return true;
  // The dot at the end says that the name is complete.
  const labels = text.replace(/\.$/, '').split('.');
  return (
    labels.every((label) => /^(?!-)[\w-]{1,63}(?<!-)$/.test(label)) &&
    !/^(\d+|0x[\da-f]*)$/i.test(labels.at(-1) ?? '')
  );
}
