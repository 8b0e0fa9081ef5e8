import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Metrics } from '../metrics/metrics.js';
import type { Tally } from '../metrics/tally.js';
import { TooManyAttemptsProblem, WrongPasswordProblem } from './auth.errors.js';

const MINUTES = 60;
const DAYS = 24 * 60 * MINUTES;
const FAMILIAR_FOR = 14 * DAYS;

/** What counts, what it counts by, and its refusals. */
type Limit = readonly [limiter: RateLimiterAbstract, key: string, refused: Tally];

/**
 * Slows down guessing. Failures are counted for an account at one address, for an address over all
 * accounts, and for an account over all addresses it has never been signed in from. So strangers can wear
 * out the last of the three, but not lock out the owner where they usually are.
 *
 * Counts live in this process: each instance counts for itself, and a restart forgets.
 */
@Injectable()
export class SignInThrottle {
  private readonly pair = new RateLimiterMemory({ points: 10, duration: 15 * MINUTES });
  private readonly address = new RateLimiterMemory({ points: 100, duration: 15 * MINUTES });
  private readonly account = new RateLimiterMemory({ points: 100, duration: 60 * MINUTES });
  /** Addresses an account was signed in from. */
  private readonly familiar = new RateLimiterMemory({ points: 1, duration: FAMILIAR_FOR });

  constructor(private readonly metrics: Metrics) {}

  /** Remembers that the account's owner is at this address. */
  async recognise(account: string, address: string): Promise<void> {
    await this.familiar.set(`${networkOf(address)} ${account}`, 1, FAMILIAR_FOR);
  }

  /**
   * Lets one attempt through. It counts from its beginning, so that parallel ones cannot slip past the
   * limit, and is taken back unless the password turns out to be wrong.
   * @throws TooManyAttemptsProblem without trying
   */
  async attempt<T>(account: string, clientAddress: string, work: () => Promise<T>): Promise<T> {
    const address = networkOf(clientAddress);
    const pairKey = `${address} ${account}`;
    const { rateLimited } = this.metrics;
    const limits: Limit[] = [
      [this.pair, pairKey, rateLimited.sign_in_pair],
      [this.address, address, rateLimited.sign_in_address],
    ];
    if ((await this.familiar.get(pairKey)) === null) {
      limits.push([this.account, account, rateLimited.sign_in_account]);
    }
    const counted: Limit[] = [];
    try {
      for (const limit of limits) {
        await consume(limit);
        counted.push(limit);
      }
      const result = await work();
      await this.recognise(account, address);
      await this.pair.delete(pairKey);
      await takeBack(counted.slice(1));
      return result;
    } catch (error) {
      if (!(error instanceof WrongPasswordProblem)) await takeBack(counted);
      throw error;
    }
  }
}

/** One customer's IPv6 network has 2^64 addresses to guess from; they count as one. */
function networkOf(address: string): string {
  const parsed = ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
  if (parsed instanceof ipaddr.IPv6) return parsed.parts.slice(0, 4).join(':');
  return parsed?.toString() ?? address;
}

async function consume([limiter, key, refused]: Limit): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    refused.add();
    throw new TooManyAttemptsProblem(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
  }
}

async function takeBack(limits: readonly Limit[]): Promise<void> {
  for (const [limiter, key] of limits) await limiter.reward(key);
}
