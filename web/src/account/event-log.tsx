import { answerOf, api } from '../api/client.js';
import { usePages } from '../api/use-pages.js';
import { Button } from '../ui/button.js';
import { LoadFailure } from '../ui/load-failure.js';
import { RelativeTime } from '../ui/time.js';
import { type AuditEvent, type EventKind, isAlarming, sentenceOf } from './events.js';

interface Props {
  /** Of one token only. */
  readonly tokenId?: number;
  readonly kinds?: readonly EventKind[] | undefined;
}

/** What happened, newest first. */
export function EventLog({ tokenId, kinds }: Props) {
  const query = { token_id: tokenId, kind: kinds && [...kinds] };
  const list = usePages<AuditEvent>(`events ${JSON.stringify(query)}`, (cursor) =>
    answerOf(api.GET('/v1/current_user/events', { params: { query: { ...query, cursor } } })),
  );
  if (list.items === undefined) {
    return list.failed ? (
      <LoadFailure what="the log" retry={list.reload} />
    ) : (
      <div className="skeleton skeleton-card" aria-busy="true" />
    );
  }
  if (list.items.length === 0) return <p className="muted">Nothing yet.</p>;
  return (
    <>
      <ul className="events">
        {list.items.map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ul>
      {list.hasMore && (
        <Button pending={list.loadingMore} onClick={list.loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}

function EventLine({ event }: { readonly event: AuditEvent }) {
  const { last_at, count, address, user_agent, detail, actor_token_id: actor } = event;
  const rest = [address, actor !== null && `by token ${actor}`, detail, user_agent].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return (
    <li className={isAlarming(event) ? 'event event-alarming' : 'event'}>
      <p>
        {sentenceOf(event)}
        {count > 1 && <strong> {count.toLocaleString('en')} times</strong>}
      </p>
      <p className="muted">
        <RelativeTime iso={last_at} />
        {rest.map((part) => ` · ${part}`)}
      </p>
    </li>
  );
}
