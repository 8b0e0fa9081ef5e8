import { isHost } from './host.js';

/** What a URL of a server says, with nothing in it that would be ignored. */
export interface ServerUrl {
  readonly protocol: string;
  /** Without brackets. */
  readonly host: string;
  /** Undefined where none is given. */
  readonly port: number | undefined;
  readonly user: string;
  readonly password: string;
  /** Decoded, without the slash at its beginning. */
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * @param known the parameters that there are
 * @returns undefined for what is no such URL, a broken percent escape included
 * @throws Error that names an unknown parameter, or one that is given twice
 */
export function serverUrl(input: string, known: readonly string[]): ServerUrl | undefined {
  // URL would remove white space, and say nothing.
  if (/\s/.test(input) || !URL.canParse(input)) return undefined;
  const url = new URL(input);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const [user, password, path] = [url.username, url.password, url.pathname.slice(1)].map(unescape);
  if (user === undefined || password === undefined || path === undefined) return undefined;
  if (!isHost(host) || url.port === '0' || input.includes('#')) return undefined;
  const port = url.port === '' ? undefined : Number(url.port);
  const { protocol } = url;
  return { protocol, host, port, user, password, path, parameters: parametersOf(url.search, known) };
}

/**
 * @param search with its question mark, or empty
 * @throws Error that names an unknown parameter, or one that is given twice
 */
export function parametersOf(search: string, known: readonly string[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  // A plus is part of many a file name; only forms mean a space by it.
  for (const [name, value] of new URLSearchParams(search.replaceAll('+', '%2B'))) {
    if (!known.includes(name)) {
      const there = known.length > 0 ? `; there are ${known.join(', ')}` : '; it takes none';
      throw new Error(`has the unknown parameter ${JSON.stringify(name)}${there}`);
    }
    if (parameters.has(name)) throw new Error(`has the parameter ${name} twice`);
    parameters.set(name, value);
  }
  return parameters;
}

/** @returns undefined for a broken percent escape */
function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
