import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-http-bearer';
import { Authenticator } from '../auth/authenticator.js';
import type { Principal } from '../access/principal.js';
import { type Client, clientOf } from '../access/client.js';
import { presentedToken } from './authorization-header.js';
import { BearerLimits } from './bearer-limits.js';
import { refusalProblem } from './verification/token-refusal.js';
import { TokenVerifier } from './verification/token-verifier.js';

/** All that `passport-http-bearer` gets to see of a request, so that it finds a token nowhere else. */
interface BearerView {
  readonly headers: { readonly authorization: string };
  readonly client: Client;
}

type Done = (error: unknown, principal?: Principal) => void;
type Verify = (view: unknown, token: string, done: Done) => void;

/** Recognises a program by its personal access token. */
@Injectable()
export class BearerStrategy extends Strategy<Verify> {
  /** Given by Passport, for each request. */
  declare fail: (status: number) => void;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly limits: BearerLimits,
    authenticator: Authenticator,
  ) {
    super({ passReqToCallback: true }, (view, token, done) => {
      this.principalOf(token, (view as BearerView).client).then(
        (principal) => {
          done(null, principal);
        },
        (error: unknown) => {
          done(error);
        },
      );
    });
    authenticator.use('bearer', this);
  }

  private async principalOf(token: string, client: Client): Promise<Principal> {
    const verification = await this.verifier.verify(token, client);
    if (!verification.ok) {
      await this.limits.failed(client.address);
      throw refusalProblem(verification);
    }
    const { principal } = verification;
    if (principal.credential.rateLimit === null) return principal;
    return { ...principal, standing: await this.limits.use(principal) };
  }

  /**
   * Called by Passport, whose types know only Express.
   * @throws Problem for credentials that cannot be judged
   */
  override authenticate(incoming: unknown): void {
    const request = incoming as FastifyRequest;
    const token = presentedToken(request);
    if (token === undefined) {
      this.fail(401);
      return;
    }
    const view: BearerView = { headers: { authorization: `Bearer ${token}` }, client: clientOf(request) };
    super.authenticate(view as never);
  }
}
