import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Question {
  readonly method?: string;
  readonly path?: string;
  /** The `Authorization` header; none without it. */
  readonly token?: string;
  /** More headers, sent word for word and in this order; names may repeat. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The client's port: the same for all requests over one connection. */
  readonly localPort: number;
}

/** Sends what a client may send; `fetch` would put headers with one name together. */
export async function ask(
  port: number,
  { method = 'GET', path = '/', token, headers = [], body, agent }: Question,
): Promise<Answer> {
  const all: (readonly [string, string])[] = [['Host', `127.0.0.1:${port}`], ...headers];
  if (token !== undefined) all.push(['Authorization', `Bearer ${token}`]);
  if (body !== undefined) all.push(['Content-Length', String(body.length)]);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers: all.flat(), agent });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      const localPort = outgoing.socket?.localPort ?? 0;
      text(response).then((content) => {
        resolve({ status, headers: answered, body: content, localPort });
      }, reject);
    });
    outgoing.end(body);
  });
}
