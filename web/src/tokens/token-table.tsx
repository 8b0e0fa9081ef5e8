import { Link } from 'wouter';
import { Icon } from '../ui/icon.js';
import { TokenBadges } from './token-badges.js';
import { RelativeTime } from '../ui/time.js';
import type { Token } from './token-list.js';

interface Props {
  readonly tokens: readonly Token[];
  readonly onDelete: (token: Token) => void;
}

/**
 * A table also for screen readers where a narrow page shows it as cards: `display` would take its roles
 * away, so they are spelt out.
 */
export function TokenTable({ tokens, onDelete }: Props) {
  return (
    <table role="table" className="token-table" aria-labelledby="your-tokens">
      <TokenTableHead />
      <tbody role="rowgroup">
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} onDelete={onDelete} />
        ))}
      </tbody>
    </table>
  );
}

function TokenTableHead() {
  return (
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">
          Name
        </th>
        <th role="columnheader" scope="col">
          Created
        </th>
        <th role="columnheader" scope="col">
          Last Used
        </th>
        <th role="columnheader" scope="col">
          <span className="visually-hidden">Actions</span>
        </th>
      </tr>
    </thead>
  );
}

function TokenRow({ token, onDelete }: { readonly token: Token; readonly onDelete: (token: Token) => void }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className="cell-name">
        <Link href={`/settings/tokens/${token.id}`}>{token.name}</Link>
        <span className="badges">
          <TokenBadges token={token} />
        </span>
      </th>
      <td role="cell" data-label="Created">
        <RelativeTime iso={token.created_at} />
      </td>
      <td role="cell" data-label="Last Used">
        {token.last_used_at === null ? 'Never' : <RelativeTime iso={token.last_used_at} />}
      </td>
      <td role="cell" className="cell-actions">
        <button
          type="button"
          className="icon-button icon-button-danger"
          aria-label={`Delete ${token.name}`}
          title="Delete"
          onClick={() => {
            onDelete(token);
          }}
        >
          <Icon name="trash" />
        </button>
      </td>
    </tr>
  );
}

/** Of the size of a short list, so that nothing jumps. */
export function TokenTableSkeleton() {
  return (
    <div aria-busy="true">
      <p className="visually-hidden">Loading your tokens…</p>
      <div className="skeleton skeleton-row" />
      <div className="skeleton skeleton-row" />
      <div className="skeleton skeleton-row" />
    </div>
  );
}
