import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type Header = readonly [name: string, value: string];

export interface Question {
  readonly method?: string;
  readonly path?: string;
  /** The `Authorization` header; none without it. */
  readonly token?: string;
  /** More headers, sent word for word and in this order; names may repeat. */
  readonly headers?: readonly Header[];
  /** Bytes as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Whose connections are used; without one, a new connection. */
  readonly agent?: Agent;
}

/** How one request went. */
export interface Outcome {
  readonly question: Question;
  /** 0 where the connection broke, or nothing came, before there was an answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The client's port: the same for all requests over one connection. */
  readonly localPort: number;
}

/** Longer than any answer may take. */
const HANG_MS = 30_000;

/** Sends what a client may send; `fetch` would put headers with one name together. Never fails. */
export function ask(url: string, question: Question): Promise<Outcome> {
  const { host, hostname, port } = new URL(url);
  const { method = 'GET', path = '/', token, headers = [], body, agent } = question;
  const all: Header[] = [['Host', host], ...headers];
  if (token !== undefined) all.push(['Authorization', `Bearer ${token}`]);
  const isJson = body !== undefined && !Buffer.isBuffer(body);
  const sent = isJson ? Buffer.from(JSON.stringify(body)) : body;
  if (isJson) all.push(['Content-Type', 'application/json']);
  if (sent !== undefined) all.push(['Content-Length', String(sent.length)]);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const outgoing = request({ hostname, port, method, path, headers: all.flat(), agent });
    const end = (status: number, answered: IncomingHttpHeaders, content: string) => {
      const localPort = outgoing.socket?.localPort ?? 0;
      const endedAt = performance.now();
      resolve({ question, status, headers: answered, body: content, startedAt, endedAt, localPort });
    };
    const fail = ({ message }: Error) => {
      end(0, {}, message);
    };
    outgoing.setTimeout(HANG_MS, () => outgoing.destroy());
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      text(response).then((content) => {
        end(response.statusCode ?? 0, response.headers, content);
      }, fail);
    });
    outgoing.end(sent);
  });
}

/** Many kept-alive connections to one service. */
export class Connections {
  private readonly agent = new Agent({ keepAlive: true });
  private asked = 0;

  constructor(readonly url: string) {}

  ask(question: Question): Promise<Outcome> {
    const from: Header = ['X-Forwarded-For', this.someAddress()];
    return ask(this.url, {
      agent: this.agent,
      ...question,
      headers: [from, ...(question.headers ?? [])],
    });
  }

  /** Asks whose token it is. */
  present(token: string): Promise<Outcome> {
    return this.ask({ path: '/v1/current_user', token });
  }

  close(): void {
    this.agent.destroy();
  }

  /** Everybody at once from one address is another test's concern. */
  private someAddress(): string {
    this.asked += 1;
    return `10.${(this.asked >> 16) & 255}.${(this.asked >> 8) & 255}.${this.asked & 255}`;
  }
}
