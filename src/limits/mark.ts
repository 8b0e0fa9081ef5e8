import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { storedKey } from './limit.js';

/** Remembers a fact about a key for some time. */
export class Mark {
  constructor(
    private readonly name: string,
    private readonly seconds: number,
    private readonly limiter: RateLimiterAbstract,
  ) {}

  /** The time begins again with each call. */
  async set(key: string): Promise<void> {
    await this.limiter.set(storedKey(this.name, key), 1, this.seconds);
  }

  async isSet(key: string): Promise<boolean> {
    return (await this.limiter.get(storedKey(this.name, key))) !== null;
  }
}
