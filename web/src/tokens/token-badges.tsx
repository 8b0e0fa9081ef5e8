import { RelativeTime, useNow } from '../ui/time.js';
import { expiryState } from './expiry.js';
import type { Token } from './token-list.js';

/** What its owner should know of a token at a glance. */
export function TokenBadges({ token }: { readonly token: Token }) {
  const now = useNow();
  const expiry = expiryState(token.expires_at, now);
  return (
    <>
      {token.expires_at !== null && expiry !== 'never' && (
        <span className={`badge badge-${expiry}`}>
          {expiry === 'over' ? 'Expired ' : 'Expires '}
          <RelativeTime iso={token.expires_at} future={expiry !== 'over'} />
        </span>
      )}
      {isOverlapping(token, now) && <span className="badge badge-soon">Two secrets</span>}
      {token.descendant_count > 0 && (
        <span className="badge">
          {token.descendant_count === 1 ? '1 child' : `${token.descendant_count} children`}
        </span>
      )}
      {token.parent_id !== null && <span className="badge">Child of token {token.parent_id}</span>}
    </>
  );
}

export const isOverlapping = ({ previous_secret_expires_at: end }: Token, now: number): boolean =>
  end !== null && new Date(end).getTime() > now;
