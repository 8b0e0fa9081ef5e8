import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import passport from 'passport';

/**
 * What Passport calls the strategies of this application. All applications of a process share one Passport, so each
 * has names of its own: two of them must not meet. Rooms that know a kind of credential register under these names,
 * the guard asks by them, and neither knows the other.
 */
@Injectable()
export class StrategyNames implements OnApplicationShutdown {
  readonly bearer: string;
  readonly session: string;

  constructor() {
    const application = randomUUID();
    this.bearer = `bearer of ${application}`;
    this.session = `session of ${application}`;
  }

  /** Gives a strategy one of these names in place of the one its library has given it. */
  rename(strategy: passport.Strategy & { name?: string }, name: string): void {
    if (strategy.name !== undefined) passport.unuse(strategy.name);
    passport.use(name, strategy);
  }

  onApplicationShutdown(): void {
    passport.unuse(this.bearer);
    passport.unuse(this.session);
  }
}
