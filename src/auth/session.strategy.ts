import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { SessionEndedProblem } from '../access/access.errors.js';
import { Authenticator } from './authenticator.js';
import { SessionCookie } from './session-cookie.js';
import { SessionService } from './session.service.js';

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
    const id = this.cookie.read(incoming as FastifyRequest);
    if (id === undefined) {
      this.fail(401);
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
