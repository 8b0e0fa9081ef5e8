import { Link } from 'wouter';
import { answerOf, api } from '../api/client.js';
import { usePages } from '../api/use-pages.js';
import { Button } from '../ui/button.js';
import type { Token } from './token-list.js';

/** The tokens that a token has made. */
export function Children({ token }: { readonly token: Token }) {
  const query = { parent_id: token.id };
  const list = usePages<Token>(`children ${token.id} ${token.descendant_count}`, (cursor) =>
    answerOf(api.GET('/v1/current_user/tokens', { params: { query: { ...query, cursor } } })),
  );
  const { descendant_count: count } = token;
  return (
    <>
      <ul>
        {list.items?.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/settings/tokens/${id}`}>{name}</Link>
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <Button look="small" pending={list.loadingMore} onClick={list.loadMore}>
          Show more
        </Button>
      )}
      <p className="muted">
        They can do no more than this token.{' '}
        {count === 1 ? 'It is' : `All ${count}, with what they made, are`} deleted with it.
      </p>
    </>
  );
}
