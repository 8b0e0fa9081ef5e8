import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How one request went. */
export interface Outcome {
  readonly question: Question;
  /** Undefined where the connection broke first. */
  readonly answer: Answer | undefined;
  readonly ms: number;
}

/** Longer than any answer may take. */
const HANG_MS = 30_000;

/** Many kept-alive connections to one service. */
export class Connections {
  private readonly agent = new Agent({ keepAlive: true });
  private asked = 0;

  constructor(private readonly url: string) {}

  /** Never fails: a connection that breaks, or hangs for far too long, is an outcome, too. */
  async ask(question: Question): Promise<Outcome> {
    const startedAt = performance.now();
    const answer = await this.answer(question);
    return { question, answer, ms: performance.now() - startedAt };
  }

  close(): void {
    this.agent.destroy();
  }

  private answer({ method = 'GET', path, headers, body }: Question): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const outgoing = request(
        this.url + path,
        {
          method,
          agent: this.agent,
          headers: {
            ...headers,
            // Everybody at once from one address is another test's concern.
            'x-forwarded-for': this.someAddress(),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', () => {
            resolve(undefined);
          });
          incoming.on('end', () => {
            const { statusCode = 0, headers: answered } = incoming;
            resolve({ status: statusCode, headers: answered, body: Buffer.concat(chunks).toString() });
          });
        },
      );
      outgoing.setTimeout(HANG_MS, () => outgoing.destroy());
      outgoing.on('error', () => {
        resolve(undefined);
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  private someAddress(): string {
    this.asked += 1;
    return `10.${(this.asked >> 16) & 255}.${(this.asked >> 8) & 255}.${this.asked & 255}`;
  }
}
