import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-http-bearer';
import { InvalidTokenProblem } from '../auth/auth.errors.js';
import type { Principal } from '../auth/principal.js';
import { presentedToken } from './authorization-header.js';
import { type Refusal, TokenVerifier } from './token-verifier.js';

/** What the holder of the right secret is told. */
const REASONS: Readonly<Record<Exclude<Refusal, 'invalid'>, { code: string; reason: string }>> = {
  expired: { code: 'token_expired', reason: 'The token has expired.' },
  user_disabled: { code: 'user_disabled', reason: 'The account of this token is disabled.' },
  address_refused: { code: 'address_refused', reason: 'The token may not be used from this address.' },
};

/** All that `passport-http-bearer` gets to see of a request, so that it finds a token nowhere else. */
interface BearerView {
  readonly headers: { readonly authorization?: string };
  readonly address: string;
}

/** Recognises a program by its personal access token. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(private readonly verifier: TokenVerifier) {
    super({ passReqToCallback: true });
  }

  /**
   * Called by Passport, whose types know only Express.
   * @throws Problem for credentials that cannot be judged
   */
  override authenticate(incoming: unknown): void {
    const request = incoming as FastifyRequest;
    const token = presentedToken(request);
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const view: BearerView = { headers, address: request.ip };
    super.authenticate(view as never);
  }

  /** @throws InvalidTokenProblem */
  async validate({ address }: BearerView, token: string): Promise<Principal> {
    const verification = await this.verifier.verify(token, { address });
    if (verification.ok) return verification.principal;
    const { refusal } = verification;
    throw new InvalidTokenProblem(refusal === 'invalid' ? undefined : REASONS[refusal]);
  }
}
