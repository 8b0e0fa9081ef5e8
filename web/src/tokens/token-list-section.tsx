import { useEffect, useRef, useState } from 'react';
import { useAnnounce } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { LoadFailure } from '../ui/load-failure.js';
import { DeleteAllTokensDialog } from './delete-all-tokens-dialog.js';
import { DeleteTokenDialog } from './delete-token-dialog.js';
import { NoMatch, NoTokens } from './no-tokens.js';
import type { Token, TokenList } from './token-list.js';
import { TokenFilterBar } from './token-filter-bar.js';
import { TokenTable, TokenTableSkeleton } from './token-table.js';
import { isNarrowed, type TokenFilterControl } from './use-token-filter.js';

interface Props {
  readonly list: TokenList;
  readonly control: TokenFilterControl;
}

export function TokenListSection({ list, control }: Props) {
  const [deleting, setDeleting] = useState<Token | 'all'>();
  const [deletions, setDeletions] = useState(0);
  const announce = useAnnounce();
  const headingRef = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The button that was pressed is gone.
    if (deletions > 0) headingRef.current?.focus();
  }, [deletions]);

  const deleted = (what: string) => {
    setDeleting(undefined);
    setDeletions(deletions + 1);
    announce(what);
  };
  const { tokens, total } = list;
  const narrowed = isNarrowed(control.filter);
  const isEmpty = tokens?.length === 0 && !narrowed;
  return (
    <section className="card stack" aria-labelledby="your-tokens">
      <div className="section-head">
        <h3 id="your-tokens" ref={headingRef} tabIndex={-1}>
          Your tokens
        </h3>
        {tokens !== undefined && !isEmpty && (
          <p className="muted" role="status">
            {countText(tokens.length, total, narrowed)}
          </p>
        )}
        {!isEmpty && (
          <Button
            look="danger-quiet"
            onClick={() => {
              setDeleting('all');
            }}
          >
            Delete All Tokens
          </Button>
        )}
      </div>
      {!isEmpty && <TokenFilterBar control={control} />}
      {list.failed && <LoadFailure what="your tokens" retry={list.reload} />}
      {tokens === undefined && !list.failed && <TokenTableSkeleton />}
      {isEmpty && <NoTokens />}
      {tokens?.length === 0 && narrowed && <NoMatch onShowAll={control.showAll} />}
      {tokens !== undefined && tokens.length > 0 && <TokenTable tokens={tokens} onDelete={setDeleting} />}
      {list.hasMore && (
        <Button pending={list.loadingMore} onClick={list.loadMore}>
          Show more
        </Button>
      )}
      {deleting === 'all' && (
        <DeleteAllTokensDialog
          onClose={() => {
            setDeleting(undefined);
          }}
          onDeleted={(count) => {
            list.reload();
            deleted(
              count === 1 ? 'One token was deleted.' : `${count.toLocaleString('en')} tokens were deleted.`,
            );
          }}
        />
      )}
      {deleting !== undefined && deleting !== 'all' && (
        <DeleteTokenDialog
          token={deleting}
          onClose={() => {
            setDeleting(undefined);
          }}
          onDeleted={() => {
            list.remove(deleting);
            deleted(`“${deleting.name}” was deleted.`);
          }}
        />
      )}
    </section>
  );
}

function countText(shown: number, total: number, narrowed: boolean): string {
  const [some, all] = [shown, total].map((count) => count.toLocaleString('en'));
  const found = narrowed ? ' found' : '';
  return shown < total ? `Showing ${some} of ${all}${found}` : `${all}${found}`;
}
