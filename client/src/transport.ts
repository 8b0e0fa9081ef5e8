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

/** Asks Latchkey, once. */
export class Transport {
  readonly #settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  /**
   * @returns one answer for each subject, in their order
   * @throws TemporaryFailure, or VerificationUnavailableError where trying again is of no use
   */
  async ask(subjects: readonly Subject[], signal: AbortSignal): Promise<readonly IntrospectionBody[]> {
    const { response, text } = await this.#send(JSON.stringify(bodyOf(subjects)), signal);
    if (response.status !== 200) throw failureOf(response);
    const bodies = parseReply(text, subjects.length);
    if (bodies !== undefined) return bodies;
    throw new VerificationUnavailableError('Latchkey sent a reply that makes no sense.');
  }

  /** The body as well: a connection can be lost in the middle of it. */
  async #send(body: string, signal: AbortSignal): Promise<{ response: Response; text: string }> {
    const { fetch, endpoint, token } = this.#settings;
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body,
        signal,
        // The tokens are for this address alone.
        redirect: 'manual',
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw new TemporaryFailure('Latchkey could not be reached.', undefined, error);
    }
  }
}

const bodyOf = (subjects: readonly Subject[]): components['schemas']['IntrospectBatchBody'] => ({
  tokens: subjects.map(({ token }) => token),
  client_ips: subjects.map(({ clientIp = null }) => clientIp),
});

function failureOf({ status, headers }: Response): VerificationUnavailableError {
  switch (status) {
    case 401:
      return new LatchkeyConfigurationError("Latchkey does not accept this service's own token.");
    case 403:
      return new LatchkeyConfigurationError("This service's own token lacks the scope tokens:introspect.");
    default: {
      const message = `Latchkey answered ${status}.`;
      const seconds = secondsOf(headers.get('retry-after'));
      if (TEMPORARY.includes(status)) return new TemporaryFailure(message, seconds);
      return new VerificationUnavailableError(message, { retryAfterSeconds: seconds });
    }
  }
}

/** A date (RFC 9110 section 10.2.3) is not understood: it would have to be compared with another machine's clock. */
const secondsOf = (header: string | null): number | undefined =>
  header !== null && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
