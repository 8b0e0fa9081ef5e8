import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { storedKey } from './limit.js';

/** Remembers for a while that something was so. */
export class Mark {
  constructor(
    private readonly name: string,
    private readonly seconds: number,
    private readonly limiter: RateLimiterAbstract,
  ) {}

  /** From now on, for as long as the mark lasts. */
  async set(key: string): Promise<void> {
    await this.limiter.set(storedKey(this.name, key), 1, this.seconds);
  }

  async isSet(key: string): Promise<boolean> {
    return (await this.limiter.get(storedKey(this.name, key))) !== null;
  }
}
