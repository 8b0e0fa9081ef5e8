import { connect } from 'node:net';
import type { TestApp } from './app.js';

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

/**
 * Sends what no client library would, byte for byte, and reads until the server closes.
 * @param lines the request line and the headers; `Host` and `Connection: close` are added
 */
export async function sendRaw(
  { url }: Pick<TestApp, 'url'>,
  lines: readonly string[],
  body = '',
): Promise<RawAnswer> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [...lines, `Host: ${host}`, 'Connection: close', '', ''].join('\r\n');
  socket.write(head + body);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return parse(Buffer.concat(chunks).toString());
}

function parse(answer: string): RawAnswer {
  const end = answer.indexOf('\r\n\r\n');
  const [statusLine = '', ...fields] = answer.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const text = answer.slice(end + 4);
  const isJson = text !== '' && (headers['content-type'] ?? '').includes('json');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
}
