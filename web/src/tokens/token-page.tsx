import { useState } from 'react';
import useSWR from 'swr';
import { Link, useLocation, useParams } from 'wouter';
import { EventLog } from '../account/event-log.js';
import { ApiError } from '../api/api-error.js';
import { answerOf, api } from '../api/client.js';
import { useAnnounce } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { LoadFailure } from '../ui/load-failure.js';
import { PageHeading } from '../ui/page-heading.js';
import { DeleteTokenDialog } from './delete-token-dialog.js';
import { EditTokenForm } from './edit-token-form.js';
import { Rotation } from './rotation.js';
import { TokenBadges } from './token-badges.js';
import { TokenFacts } from './token-facts.js';
import type { Token } from './token-list.js';

/** Everything about one token. */
export function TokenPage() {
  const tokenId = Number(useParams<{ tokenId: string }>().tokenId);
  const { data, error, mutate } = useSWR<Token, unknown>(['token', tokenId], async () => {
    const params = { path: { tokenId } };
    return (await answerOf(api.GET('/v1/current_user/tokens/{tokenId}', { params }))).data;
  });
  return (
    <>
      <p>
        <Link href="/settings/tokens">← All tokens</Link>
      </p>
      {error !== undefined && (data === undefined || isGone(error)) ? (
        <NoToken error={error} retry={() => void mutate()} />
      ) : data === undefined ? (
        <div className="skeleton skeleton-card" aria-busy="true" />
      ) : (
        <TokenDetails token={data} onChange={() => void mutate()} />
      )}
    </>
  );
}

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

function NoToken({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  if (!isGone(error)) return <LoadFailure what="the token" retry={retry} />;
  return (
    <>
      <PageHeading level={2}>Token not found</PageHeading>
      <p>You have no such token. It may have been deleted.</p>
    </>
  );
}

interface Props {
  readonly token: Token;
  readonly onChange: () => void;
}

function TokenDetails({ token, onChange }: Props) {
  const [deleting, setDeleting] = useState(false);
  const [, navigate] = useLocation();
  const announce = useAnnounce();
  return (
    <>
      <div className="stack-s">
        <PageHeading level={2}>{token.name}</PageHeading>
        <p className="badges">
          <TokenBadges token={token} />
        </p>
      </div>
      <TokenFacts token={token} />
      <Rotation token={token} onChange={onChange} />
      <EditTokenForm token={token} onChange={onChange} />
      <section className="card stack" aria-labelledby="token-events">
        <h3 id="token-events">What happened</h3>
        <EventLog tokenId={token.id} />
      </section>
      <section className="card stack" aria-labelledby="token-end">
        <h3 id="token-end">Delete</h3>
        <p>Whatever uses it will be refused from that moment on.</p>
        <Button
          look="danger-quiet"
          onClick={() => {
            setDeleting(true);
          }}
        >
          Delete this token
        </Button>
      </section>
      {deleting && (
        <DeleteTokenDialog
          token={token}
          onClose={() => {
            setDeleting(false);
          }}
          onDeleted={() => {
            announce(`“${token.name}” was deleted.`);
            navigate('/settings/tokens');
          }}
        />
      )}
    </>
  );
}
