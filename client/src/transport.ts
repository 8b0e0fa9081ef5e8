import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { text as textOf } from 'node:stream/consumers';
import { LatchkeyConfigurationError, VerificationUnavailableError } from './errors.js';
import type { ClientSettings } from './options.js';
import type { Subject } from './question.js';
import { parseReply } from './reply.js';
import type { components } from './schema.js';
import type { IntrospectionBody } from './verified-token.js';

/** Another attempt may succeed. */
export class TemporaryFailure extends VerificationUnavailableError {
  /** @param askedToWait seconds, if Latchkey said so */
  constructor(
    message: string,
    readonly askedToWait: number | undefined,
    cause?: unknown,
  ) {
    super(message, { cause, retryAfterSeconds: askedToWait });
  }
}

/** Too much at the moment, or a Latchkey that starts again; with a proxy before it, 502 and 504 say so, too. */
const TEMPORARY = [429, 502, 503, 504];

interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** Asks Latchkey, once. By `node:http`, since `fetch` costs several times as much as all the rest of a question. */
export class Transport {
  readonly #settings: ClientSettings;
  readonly #request: typeof request;
  readonly #agent: Agent;

  constructor(settings: ClientSettings) {
    const isSecure = settings.endpoint.protocol === 'https:';
    this.#settings = settings;
    this.#request = isSecure ? secureRequest : request;
    this.#agent = isSecure
      ? new SecureAgent({ ...settings.tls, keepAlive: true })
      : new Agent({ keepAlive: true });
  }

  /** Closes the connections that are kept for the next question. */
  close(): void {
    this.#agent.destroy();
  }

  /**
   * @returns one answer for each subject, in their order
   * @throws TemporaryFailure, or VerificationUnavailableError where trying again is of no use
   */
  async ask(subjects: readonly Subject[], signal: AbortSignal): Promise<readonly IntrospectionBody[]> {
    const reply = await this.#send(JSON.stringify(bodyOf(subjects)), signal);
    if (reply.status !== 200) throw failureOf(reply);
    const bodies = parseReply(reply.text, subjects.length);
    if (bodies !== undefined) return bodies;
    throw new VerificationUnavailableError('Latchkey sent a reply that makes no sense.');
  }

  /** The body as well: a connection can be lost in the middle of it. No redirect is followed. */
  async #send(body: string, signal: AbortSignal): Promise<Reply> {
    try {
      const response = await this.#responseTo(body, signal);
      const { statusCode: status = 0, headers } = response;
      return { status, retryAfter: headers['retry-after'], text: await textOf(response) };
    } catch (error) {
      throw new TemporaryFailure('Latchkey could not be reached.', undefined, error);
    }
  }

  #responseTo(body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { endpoint, token } = this.#settings;
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
      };
      this.#request(endpoint, { method: 'POST', agent: this.#agent, headers, signal })
        .on('response', resolve)
        .on('error', reject)
        .end(body);
    });
  }
}

const bodyOf = (subjects: readonly Subject[]): components['schemas']['IntrospectBatchBody'] => ({
  tokens: subjects.map(({ token }) => token),
  client_ips: subjects.map(({ clientIp = null }) => clientIp),
});

function failureOf({ status, retryAfter }: Reply): VerificationUnavailableError {
  switch (status) {
    case 401:
      return new LatchkeyConfigurationError("Latchkey does not accept this service's own token.");
    case 403:
      return new LatchkeyConfigurationError("This service's own token lacks the scope tokens:introspect.");
    default: {
      const message = `Latchkey answered ${status}.`;
      const seconds = secondsOf(retryAfter);
      if (TEMPORARY.includes(status)) return new TemporaryFailure(message, seconds);
      return new VerificationUnavailableError(message, { retryAfterSeconds: seconds });
    }
  }
}

/** A date (RFC 9110 section 10.2.3) is not understood: it would have to be compared with another machine's clock. */
const secondsOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
