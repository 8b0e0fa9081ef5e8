import { useState } from 'react';
import { answerOf, api } from '../api/client.js';
import { useAnnounce } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { FormError } from '../ui/form-error.js';
import { textOf, useSubmit, wordsOf } from '../ui/use-submit.js';
import { rangesAround } from './address-ranges.js';
import type { Token } from './token-list.js';

interface Props {
  readonly token: Token;
  readonly onChange: () => void;
}

export function EditTokenForm({ token, onChange }: Props) {
  const [ranges, setRanges] = useState(token.allowed_cidrs?.join(' ') ?? '');
  const announce = useAnnounce();
  const form = useSubmit(async (fields) => {
    const allowed = wordsOf(fields, 'allowed_cidrs');
    const body = {
      token_name: textOf(fields, 'token_name'),
      allowed_cidrs: allowed.length === 0 ? null : allowed,
    };
    const params = { path: { tokenId: token.id } };
    const { data } = await answerOf(api.PATCH('/v1/current_user/tokens/{tokenId}', { params, body }));
    setRanges(data.allowed_cidrs?.join(' ') ?? '');
    announce('Your changes are saved.');
    onChange();
  });
  const suggestions = rangesAround(token.last_used_ip).filter(
    (range) => !ranges.split(/[\s,]+/).includes(range),
  );
  return (
    <section className="card stack" aria-labelledby="edit-token">
      <h3 id="edit-token">Change</h3>
      <form onSubmit={form.onSubmit} className="stack" noValidate>
        <FormError submission={form} fields={['token_name', 'allowed_cidrs']} />
        <Field
          label="Token name"
          name="token_name"
          autoComplete="off"
          defaultValue={token.name}
          error={form.faultOf('token_name')}
        />
        <Field
          label="Allowed addresses"
          name="allowed_cidrs"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={ranges}
          onChange={(event) => {
            setRanges(event.currentTarget.value);
          }}
          hint="Empty means from anywhere. Otherwise addresses or ranges, with spaces between them."
          error={form.faultOf('allowed_cidrs')}
        />
        {suggestions.length > 0 && (
          <p className="suggestions">
            Last used from there:
            {suggestions.map((range) => (
              <Button
                key={range}
                look="small"
                aria-label={`Allow ${range}`}
                onClick={() => {
                  setRanges(`${ranges} ${range}`.trim());
                }}
              >
                {range}
              </Button>
            ))}
          </p>
        )}
        <Button type="submit" pending={form.pending}>
          Save changes
        </Button>
      </form>
    </section>
  );
}
