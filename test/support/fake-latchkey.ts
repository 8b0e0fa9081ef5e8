import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What the fake was asked. */
export interface Asked {
  readonly tokens: readonly string[];
  readonly client_ips?: readonly (string | null)[];
}

export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  /** Closes the connection without a word. */
  | 'reset'
  /** Never answers. */
  | 'hang';

type Answer = (asked: Asked, attempt: number) => Reply | Promise<Reply>;

/** A token that passes for one; the fake says that it is good. */
export const fakeToken = (id: number): string => `${id}|${'s'.repeat(48)}`;

/** What the fake says of one token: whose it is, is in its id. */
export const activeBody = (token: string) => {
  const [id = ''] = token.split('|');
  return {
    active: true,
    scope: 'projects:read',
    username: `user${id}@example.com`,
    name: `User ${id}`,
    token_type: 'Bearer',
    iat: 1_700_000_000,
    sub: id,
    iss: 'http://localhost:3000',
    jti: id,
    token_id: Number(id),
    token_name: `Token ${id}`,
  };
};

/** Every token is good. */
export const good = ({ tokens }: Asked): Reply => ({ status: 200, body: tokens.map(activeBody) });

/**
 * Not the real service, which cannot be made to fail at will: a server on loopback that breaks down, hangs or
 * answers nonsense as a test tells it to.
 */
export class FakeLatchkey {
  readonly asked: Asked[] = [];
  /** The address of each request. */
  readonly paths: string[] = [];

  private constructor(
    readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  /**
   * @param answer given how many requests came before
   * @param tls its certificate; none for http
   */
  static async start(answer: Answer = good, tls?: ServerOptions): Promise<FakeLatchkey> {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void fake.serve(request, response, answer);
    };
    const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const fake = new FakeLatchkey(`${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return fake;
  }

  private async serve(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
    const asked = (await json(request)) as Asked;
    this.paths.push(request.url ?? '');
    const reply = await answer(asked, this.asked.push(asked) - 1);
    if (reply === 'hang') return;
    if (reply === 'reset') {
      request.socket.destroy();
      return;
    }
    const { status, body = '', headers } = reply;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

/** For the length of one test. */
export async function withFake(
  answer: Answer | undefined,
  run: (fake: FakeLatchkey) => Promise<void>,
  tls?: ServerOptions,
): Promise<void> {
  const fake = await FakeLatchkey.start(answer, tls);
  try {
    await run(fake);
  } finally {
    await fake.stop();
  }
}
