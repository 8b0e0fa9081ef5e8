import useSWR from 'swr';
import { ApiError } from '../api/api-error.js';
import { answerOf, api } from '../api/client.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { textOf, useSubmit } from '../ui/use-submit.js';

/** To be typed, so that no slip of the mouse is enough. */
const PHRASE = 'delete all tokens';

interface Props {
  readonly onClose: () => void;
  readonly onDeleted: (count: number) => void;
}

export function DeleteAllTokensDialog({ onClose, onDeleted }: Props) {
  const { data: count } = useSWR('token-count', countTokens);
  const form = useSubmit(async (fields) => {
    if (textOf(fields, 'phrase').trim().toLowerCase() !== PHRASE) {
      const phrase = `Type “${PHRASE}” to confirm.`;
      throw new ApiError(phrase, { code: 'not_confirmed', fields: { phrase } });
    }
    const { data } = await answerOf(api.DELETE('/v1/current_user/tokens/delete'));
    onDeleted(data.deleted);
  });
  const isTyped = form.faultOf('phrase') === undefined;
  return (
    <Dialog title="Delete all your tokens?" onClose={onClose}>
      <p>
        You have <strong>{count === undefined ? '…' : tokensText(count)}</strong>. Everything that uses one of
        them will be refused from that moment on. This cannot be undone.
      </p>
      <form onSubmit={form.onSubmit} className="stack" noValidate>
        {form.error && isTyped && <Notice look="failure">{messageOf(form.error)}</Notice>}
        <Field
          label={`Type “${PHRASE}” to confirm`}
          name="phrase"
          autoComplete="off"
          autoCapitalize="none"
          autoFocus
          error={form.faultOf('phrase')}
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="danger" pending={form.pending}>
            Delete All Tokens
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** All of them, whatever the list is searched for. */
async function countTokens(): Promise<number> {
  const { headers } = await answerOf(api.GET('/v1/current_user/tokens', { params: { query: { limit: 1 } } }));
  return Number(headers.get('x-total-count'));
}

const tokensText = (count: number): string =>
  count === 1 ? '1 token' : `${count.toLocaleString('en')} tokens`;

const messageOf = (error: ApiError): string =>
  error.isUncertain
    ? 'The service did not answer, so your tokens may be deleted or not. Try again: twice does no harm.'
    : `Your tokens are not deleted. ${error.message}`;
