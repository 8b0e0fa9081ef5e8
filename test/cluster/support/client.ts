/** An answer, or that there was none: the connection broke, or nothing came in time. */
export interface Answer {
  /** 0 for none. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface Request {
  readonly method?: string;
  readonly token?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longer than any answer may take: statements, batches and waits end by themselves within 10 seconds. */
const HANGS_AFTER_MS = 20_000;

/** Sends one request, once. */
export async function send(url: string, request: Request = {}): Promise<Answer> {
  const { method = 'GET', token, body, headers = {} } = request;
  const startedAt = performance.now();
  try {
    const answer = await fetch(url, {
      method,
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(HANGS_AFTER_MS),
    });
    const { status } = answer;
    const retryAfter = answer.headers.get('retry-after');
    return { status, retryAfter, body: await answer.text(), startedAt, endedAt: performance.now() };
  } catch (error) {
    // `fetch` says only that it failed; what it was, is behind that.
    const { message, cause } = error as Error & { cause?: Error };
    const body = `${message} ${cause?.message ?? ''}`;
    return { status: 0, retryAfter: null, body, startedAt, endedAt: performance.now() };
  }
}

const TOKENS = '/v1/current_user/tokens';

/** What a person's program does with tokens, through one address of the service. */
export class Client {
  constructor(
    private readonly url: string,
    private readonly owner: string,
  ) {}

  create(name: string, key?: string): Promise<Answer> {
    return send(`${this.url}${TOKENS}/create`, {
      method: 'POST',
      token: this.owner,
      body: { token_name: name },
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
  }

  rename(id: number, name: string): Promise<Answer> {
    return this.change(id, { token_name: name });
  }

  change(id: number, body: object): Promise<Answer> {
    return send(`${this.url}${TOKENS}/${id}`, { method: 'PATCH', token: this.owner, body });
  }

  rotate(id: number): Promise<Answer> {
    return send(`${this.url}${TOKENS}/${id}/rotate`, { method: 'POST', token: this.owner, body: {} });
  }

  delete(id: number): Promise<Answer> {
    return send(`${this.url}${TOKENS}/${id}`, { method: 'DELETE', token: this.owner });
  }

  /** Presents a token. */
  check(token: string): Promise<Answer> {
    return send(`${this.url}/v1/current_user`, { token });
  }
}

/** The token that an answer hands out. */
export const tokenIn = ({ body }: Answer): string => (JSON.parse(body) as { token: string }).token;

export const idOf = (token: string): number => parseInt(token, 10);
