import { Injectable } from '@nestjs/common';
import { DAY_MS } from '../common/durations.js';
import { Clock } from '../config/clock.js';
import { Settings } from '../config/settings.js';
import { TokenRepository } from './token.repository.js';

/** Expired tokens are shown to their owners for some time, and then removed. */
@Injectable()
export class TokenRetention {
  constructor(
    private readonly tokens: TokenRepository,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Removes some of the tokens that expired long ago, and their descendants. @returns 0 when none are left */
  prune(limit: number): Promise<number> {
    const keepMs = this.settings.tokensPruneExpiredAfterDays * DAY_MS;
    return this.tokens.deleteExpired(new Date(this.clock.now().getTime() - keepMs), limit);
  }
}
