import { useState } from 'react';
import { ApiError } from '../api/api-error.js';
import { answerOf, api } from '../api/client.js';
import { useIdempotency } from '../api/use-idempotency.js';
import { useAnnounce } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { FormError } from '../ui/form-error.js';
import { Notice } from '../ui/notice.js';
import { SelectField } from '../ui/select-field.js';
import { exactTime, RelativeTime, useNow } from '../ui/time.js';
import { textOf, useSubmit } from '../ui/use-submit.js';
import { useShowNewToken } from './new-token-provider.js';
import { isOverlapping } from './token-badges.js';
import type { Token } from './token-list.js';

interface Props {
  readonly token: Token;
  readonly onChange: () => void;
}

export function Rotation({ token, onChange }: Props) {
  const [rotating, setRotating] = useState(false);
  const now = useNow();
  return (
    <section className="card stack" aria-labelledby="rotation">
      <h3 id="rotation">Rotate</h3>
      <p>
        A new secret for the same token: its name, its rights and its history stay. For a while both secrets
        can work, so that nothing is refused while you hand out the new one.
      </p>
      {isOverlapping(token, now) && <Overlap token={token} onChange={onChange} />}
      <Button
        onClick={() => {
          setRotating(true);
        }}
      >
        Rotate…
      </Button>
      {rotating && (
        <RotateDialog
          token={token}
          onChange={onChange}
          onClose={() => {
            setRotating(false);
          }}
        />
      )}
    </section>
  );
}

/** Says when it is safe to let go of the old secret. */
function Overlap({ token, onChange }: Props) {
  const announce = useAnnounce();
  const form = useSubmit(async () => {
    const params = { path: { tokenId: token.id } };
    await answerOf(api.DELETE('/v1/current_user/tokens/{tokenId}/previous_secret', { params })).catch(
      (error: unknown) => {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      },
    );
    announce('The old secret is refused from now on.');
    onChange();
  });
  const {
    previous_secret_last_used_at: oldUsed,
    previous_secret_expires_at: end,
    rotated_at: rotated,
  } = token;
  const usedSince = oldUsed !== null && rotated !== null && oldUsed >= rotated;
  return (
    <form onSubmit={form.onSubmit} className="stack-s">
      <FormError submission={form} fields={[]} />
      <Notice look={usedSince ? 'warning' : 'success'}>
        <p>Two secrets work until {end !== null && exactTime(end)}.</p>
        {usedSince ? (
          <p>
            The old one was last used <RelativeTime iso={oldUsed} />. Something does not have the new one yet.
          </p>
        ) : (
          <p>The old one has not been used since the rotation.</p>
        )}
        <p>{lastSecretText(token)}</p>
      </Notice>
      <Button type="submit" pending={form.pending}>
        End the old secret now
      </Button>
    </form>
  );
}

function lastSecretText({ last_used_secret: secret, last_used_at: at }: Token): string {
  if (secret === null || at === null) return '';
  return `The ${secret === 'current' ? 'new' : 'old'} secret was used last, on ${exactTime(at)}.`;
}

const OVERLAPS = {
  '86400': 'One more day',
  '3600': 'One more hour',
  '604800': '7 more days',
  '0': 'No longer: it is refused at once',
};

function RotateDialog({ token, onChange, onClose }: Props & { readonly onClose: () => void }) {
  const show = useShowNewToken();
  const sendOnce = useIdempotency<{ overlap_seconds: number }>();
  const now = useNow();
  const form = useSubmit(async (fields) => {
    const overlap = textOf(fields, 'overlap');
    const { data } = await sendOnce(
      overlap,
      () => ({ overlap_seconds: Number(overlap) }),
      (body, header) => {
        const params = { path: { tokenId: token.id }, header };
        return answerOf(api.POST('/v1/current_user/tokens/{tokenId}/rotate', { params, body }));
      },
    );
    onClose();
    onChange();
    show({ name: token.name, plainText: data.token });
  });
  return (
    <Dialog title="Rotate this token?" onClose={onClose}>
      <p className="token-name">{token.name}</p>
      <form onSubmit={form.onSubmit} className="stack">
        <FormError submission={form} fields={[]} />
        <SelectField
          label="The old secret works"
          name="overlap"
          options={OVERLAPS}
          hint="Never beyond the end of the token. You can end it sooner when nothing uses it any more."
        />
        {isOverlapping(token, now) && (
          <Notice look="warning">
            Two secrets work at this moment. The older of them is refused as soon as you rotate again.
          </Notice>
        )}
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" pending={form.pending}>
            Rotate
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
