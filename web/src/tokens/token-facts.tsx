import { Link } from 'wouter';
import { exactTime, RelativeTime } from '../ui/time.js';
import { Children } from './children.js';
import { meaningOf } from './scopes.js';
import type { Token } from './token-list.js';

/** What a token is, and may do. */
export function TokenFacts({ token }: { readonly token: Token }) {
  const { parent_id: parent, descendant_count: children } = token;
  return (
    <section className="card" aria-label="About this token">
      <dl className="facts">
        <dt>Created</dt>
        <dd>
          {exactTime(token.created_at)}
          {parent !== null && (
            <>
              , by the token <Link href={`/settings/tokens/${parent}`}>{parent}</Link>, its parent
            </>
          )}
        </dd>
        <dt>Last Used</dt>
        <dd>
          {token.last_used_at === null ? 'Never' : <RelativeTime iso={token.last_used_at} />}
          {token.last_used_ip !== null && ` from ${token.last_used_ip}`}
        </dd>
        <dt>Expires</dt>
        <dd>{token.expires_at === null ? 'Never' : exactTime(token.expires_at)}</dd>
        <dt>May do</dt>
        <dd>
          <ul>
            {token.scopes.map((scope) => (
              <li key={scope}>
                <code>{scope}</code> {meaningOf(scope)}
              </li>
            ))}
          </ul>
        </dd>
        <dt>May be used from</dt>
        <dd>{token.allowed_cidrs?.join(', ') ?? 'Anywhere'}</dd>
        <dt>Requests a minute</dt>
        <dd>{token.rate_limit?.toLocaleString('en') ?? 'As many as it likes'}</dd>
        {children > 0 && (
          <>
            <dt>Children</dt>
            <dd>
              <Children token={token} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
