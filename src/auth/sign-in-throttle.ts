import { Injectable } from '@nestjs/common';
import type { Limit } from '../limits/limit.js';
import type { Mark } from '../limits/mark.js';
import { networkOf } from '../common/address.js';
import { RateLimits } from '../limits/rate-limits.js';
import { rateLimitHeaders, type Standing, tightest } from '../common/standing.js';
import { WrongPasswordProblem } from './auth.errors.js';

/**
 * Slows down guessing. Failures are counted three times: for an account at one address, for an address over all accounts,
 * and for an account over all addresses from which nobody has ever signed in to it. Strangers can use up the third
 * limit, but that does not lock out the owner at a familiar address.
 */
@Injectable()
export class SignInThrottle {
  private readonly pair: Limit;
  private readonly address: Limit;
  private readonly account: Limit;
  /** Addresses an account was signed in from. */
  private readonly familiar: Mark;

  constructor(limits: RateLimits) {
    this.pair = limits.of('sign-in');
    this.address = limits.of('sign-in-address');
    this.account = limits.of('sign-in-account');
    this.familiar = limits.mark('familiar-address');
  }

  /** Remembers that the account's owner is at this address. */
  async recognise(account: string, address: string): Promise<void> {
    await this.familiar.set(`${networkOf(address)} ${account}`);
  }

  /**
   * Makes one attempt. It is counted before it begins, so that parallel attempts cannot get past the limit, and taken
   * back unless the password was wrong.
   * @throws RateLimitedProblem without trying
   */
  async attempt<T>(account: string, clientAddress: string, work: () => Promise<T>): Promise<T> {
    const address = networkOf(clientAddress);
    const pairKey = `${address} ${account}`;
    // At a familiar address, the third limit is counted for the pair, too. It takes the same time, and stops nobody
    // before the first limit does.
    const accountKey = (await this.familiar.isSet(pairKey)) ? pairKey : account;
    const limits: readonly (readonly [Limit, string])[] = [
      [this.pair, pairKey],
      [this.address, address],
      [this.account, accountKey],
    ];
    const counted: (typeof limits)[number][] = [];
    const standings: Standing[] = [];
    try {
      for (const [limit, key] of limits) {
        standings.push(await limit.consume(key));
        counted.push([limit, key]);
      }
      const result = await work();
      await this.recognise(account, address);
      await this.pair.forget(pairKey);
      await takeBack(counted.slice(1));
      return result;
    } catch (error) {
      if (error instanceof WrongPasswordProblem) {
        const standing = tightest(standings);
        throw standing === undefined ? error : new WrongPasswordProblem(rateLimitHeaders(standing));
      }
      await takeBack(counted);
      throw error;
    }
  }
}

async function takeBack(counted: readonly (readonly [Limit, string])[]): Promise<void> {
  for (const [limit, key] of counted) await limit.takeBack(key);
}
