import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { SessionEndedProblem } from '../access/access.errors.js';
import type { Identity } from '../access/principal.js';
import { StrategyNames } from '../access/strategy-names.js';
import { SessionCookie } from './session-cookie.js';
import { SessionService } from './session.service.js';

type Verify = (id: string, done: (error: unknown, principal: Identity) => void) => void;

/** Passport's part: it looks for a cookie, and says what became of it. */
class Strategy extends passport.Strategy {
  constructor(
    override readonly name: string,
    private readonly cookie: SessionCookie,
    private readonly verify: Verify,
  ) {
    super();
  }

  /** Called by Passport, whose types know only Express. */
  override authenticate(incoming: unknown): void {
    const id = this.cookie.read(incoming as FastifyRequest);
    if (id === undefined) {
      this.fail(401);
      return;
    }
    this.verify(id, (error, principal) => {
      if (error) this.error(error);
      else this.success(principal);
    });
  }
}

/** Recognises a browser by its session cookie. */
@Injectable()
export class SessionStrategy extends PassportStrategy(Strategy) {
  constructor(
    cookie: SessionCookie,
    private readonly sessions: SessionService,
    { session }: StrategyNames,
  ) {
    super(session, cookie);
  }

  /** @throws SessionEndedProblem for an id that is unknown or whose session is over */
  async validate(id: string): Promise<Identity> {
    const principal = await this.sessions.authenticate(id);
    if (principal === undefined) throw new SessionEndedProblem();
    return principal;
  }
}
