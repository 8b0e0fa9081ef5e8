import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { CrossOriginProblem, SessionEndedProblem } from './auth.errors.js';
import { Authenticator } from './authenticator.js';
import { SessionCookie } from './session-cookie.js';
import { SessionService } from './session.service.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Recognises a browser by its session cookie. */
@Injectable()
export class SessionStrategy extends passport.Strategy {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly sessions: SessionService,
    authenticator: Authenticator,
  ) {
    super();
    authenticator.use('session-cookie', this);
  }

  /** Called by Passport, whose types know only Express. */
  override authenticate(incoming: unknown): void {
    const request = incoming as FastifyRequest;
    const id = this.cookie.read(request);
    if (id === undefined) {
      this.fail(401);
      return;
    }
    if (!SAFE_METHODS.includes(request.method) && !namesItsOrigin(request)) {
      this.error(new CrossOriginProblem());
      return;
    }
    this.sessions.authenticate(id).then(
      (principal) => {
        if (principal === undefined) this.error(new SessionEndedProblem());
        else this.success(principal);
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }
}

/** That the origin it names is ours has been checked for every request (see `enableCsrfProtection`). */
const namesItsOrigin = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-site'] !== undefined || headers.origin !== undefined;
