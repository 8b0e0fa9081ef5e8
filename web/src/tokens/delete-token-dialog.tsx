import { ApiError } from '../api/api-error.js';
import { answerOf, api } from '../api/client.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { Notice } from '../ui/notice.js';
import { useSubmit } from '../ui/use-submit.js';
import type { Token } from './token-list.js';

interface Props {
  readonly token: Token;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

export function DeleteTokenDialog({ token, onClose, onDeleted }: Props) {
  const form = useSubmit(async () => {
    await deleteToken(token.id);
    onDeleted();
  });
  return (
    <Dialog title="Delete this token?" onClose={onClose}>
      <p className="token-name">{token.name}</p>
      <p>Whatever uses it will be refused from that moment on. This cannot be undone.</p>
      {token.descendant_count > 0 && (
        <Notice look="warning">
          {token.descendant_count === 1
            ? 'The token that was made with it is deleted, too.'
            : `The ${token.descendant_count} tokens that were made with it are deleted, too.`}
        </Notice>
      )}
      <form onSubmit={form.onSubmit} className="stack">
        {form.error && <Notice look="failure">{messageOf(form.error)}</Notice>}
        <div className="dialog-actions">
          <Button autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="danger" pending={form.pending}>
            Delete token
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** One that somebody else has deleted meanwhile is deleted, too. */
async function deleteToken(tokenId: number): Promise<void> {
  try {
    await answerOf(api.DELETE('/v1/current_user/tokens/{tokenId}', { params: { path: { tokenId } } }));
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'token_not_found')) throw error;
  }
}

const messageOf = (error: ApiError): string =>
  error.isUncertain
    ? 'The service did not answer, so the token may be deleted or not. Try again: twice does no harm.'
    : `The token is not deleted. ${error.message}`;
