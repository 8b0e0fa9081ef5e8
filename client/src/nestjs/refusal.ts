import {
  ForbiddenException,
  type HttpException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { InvalidTokenError, MissingScopeError, VerificationUnavailableError } from '../errors.js';

/** An answer that lets nobody pass, with the header that belongs to it. */
export interface Refusal {
  readonly header: readonly [name: string, value: string];
  readonly exception: HttpException;
}

/** A challenge (RFC 6750 section 3). The values are ours and need no escaping. */
const challenge = (parameters = ''): Refusal['header'] => [
  'WWW-Authenticate',
  parameters === '' ? 'Bearer' : `Bearer ${parameters}`,
];

/** No error attribute: nothing was judged (RFC 6750 section 3.1). */
export const missingCredentials = (): Refusal => ({
  header: challenge(),
  exception: new UnauthorizedException('Send a token in the header "Authorization: Bearer <token>".'),
});

/** @param reason shown to the client as it is */
export const malformedCredentials = (reason: string): Refusal => ({
  header: challenge(`error="invalid_request", error_description="${reason}"`),
  exception: new UnauthorizedException(reason),
});

/** @returns undefined for what is no word about the token: a bug, which must not become a 401 */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  const options = { cause: error };
  if (error instanceof InvalidTokenError) {
    const header = challenge('error="invalid_token"');
    return { header, exception: new UnauthorizedException(message, options) };
  }
  if (error instanceof MissingScopeError) {
    const header = challenge(`error="insufficient_scope", scope="${error.scope}"`);
    return { header, exception: new ForbiddenException(message, options) };
  }
  if (error instanceof VerificationUnavailableError) {
    const exception = new ServiceUnavailableException(
      'The token cannot be checked now. Try again in a few seconds.',
      options,
    );
    return { header: ['Retry-After', String(error.retryAfterSeconds)], exception };
  }
  return undefined;
}
