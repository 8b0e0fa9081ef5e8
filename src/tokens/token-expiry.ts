import { DAY_MS } from '../common/durations.js';
import { ExpiryProblem } from './token.errors.js';

/**
 * @param maxDays undefined where tokens may live for ever
 * @throws ExpiryProblem
 */
export function assertLifetime(expiresAt: Date | null, now: Date, maxDays: number | undefined): void {
  if (expiresAt !== null && expiresAt <= now) throw new ExpiryProblem('Expiry must be in the future.');
  if (maxDays === undefined) return;
  const days = maxDays === 1 ? '1 day' : `${maxDays} days`;
  if (expiresAt === null) {
    throw new ExpiryProblem(`Expiry is required. A token may live for at most ${days}.`);
  }
  if (expiresAt.getTime() > now.getTime() + maxDays * DAY_MS) {
    throw new ExpiryProblem(`Expiry must be at most ${days} from now.`);
  }
}
