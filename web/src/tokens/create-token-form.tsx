import { useState } from 'react';
import { ApiError } from '../api/api-error.js';
import { answerOf, api } from '../api/client.js';
import { useIdempotency } from '../api/use-idempotency.js';
import type { components } from '../api/schema.js';
import { useCurrentUser } from '../session/session.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { FormError } from '../ui/form-error.js';
import { SelectField } from '../ui/select-field.js';
import { textOf, useSubmit, wordsOf } from '../ui/use-submit.js';
import { draftOf, forgetDraft, keepDraft } from './draft.js';
import { EXPIRY_CHOICES, expiryOf, tomorrow } from './expiry.js';
import { NamingAdvice } from './naming-advice.js';
import { useShowNewToken } from './new-token-provider.js';
import { RightsFields } from './rights-fields.js';
import { EVERYTHING } from './scopes.js';

const FIELDS = ['token_name', 'expires_at', 'scopes', 'allowed_cidrs', 'rate_limit'];
/** As many as the service takes. */
const MAX_RATE = 1_000_000;

type Body = components['schemas']['CreateTokenBody'];

/** @param onCreated called when there is a token that the list does not have */
export function CreateTokenForm({ onCreated }: { readonly onCreated: () => void }) {
  const { id: userId } = useCurrentUser();
  const show = useShowNewToken();
  const sendOnce = useIdempotency<Body>();
  const draft = draftOf(userId);
  const [expiry, setExpiry] = useState(textOf(draft, 'expiry'));
  const form = useSubmit(async (fields, element) => {
    refuseUnfinished(fields);
    const { data } = await sendOnce(
      JSON.stringify([...fields]),
      () => bodyOf(fields),
      (body, header) => answerOf(api.POST('/v1/current_user/tokens/create', { body, params: { header } })),
    );
    forgetDraft(userId);
    element.reset();
    setExpiry('');
    show({ name: textOf(fields, 'token_name').trim(), plainText: data.token });
    onCreated();
  });
  return (
    <section className="card stack" aria-labelledby="create-token">
      <h3 id="create-token">Create a token</h3>
      <form
        onSubmit={form.onSubmit}
        onChange={(event) => {
          keepDraft(userId, new FormData(event.currentTarget));
        }}
        className="stack"
        noValidate
      >
        <FormError submission={form} fields={FIELDS} />
        <Field
          label="Token name"
          name="token_name"
          autoComplete="off"
          defaultValue={textOf(draft, 'token_name')}
          hint="What will use it? You will know it by this name later."
          error={form.faultOf('token_name')}
        />
        <NamingAdvice />
        <div className="field-row">
          <SelectField
            label="Expires"
            name="expiry"
            options={EXPIRY_CHOICES}
            value={expiry}
            onChange={(event) => {
              setExpiry(event.currentTarget.value);
            }}
            hint="Tokens do not expire by default. One that does is safer: create a new one now and then, and delete the old."
            error={expiry === 'date' ? undefined : form.faultOf('expires_at')}
          />
          {expiry === 'date' && (
            <Field
              label="Last day"
              name="expiry_date"
              type="date"
              min={tomorrow()}
              defaultValue={textOf(draft, 'expiry_date')}
              error={form.faultOf('expires_at')}
            />
          )}
        </div>
        <RightsFields draft={draft} faultOf={form.faultOf} />
        <Button type="submit" look="primary" pending={form.pending}>
          Create Token
        </Button>
      </form>
    </section>
  );
}

/** What only the page can say in the page's words. @throws ApiError */
function refuseUnfinished(fields: FormData): void {
  const missing = {
    ...(textOf(fields, 'expiry') === 'date' &&
      textOf(fields, 'expiry_date') === '' && { expires_at: 'Choose the last day.' }),
    ...(textOf(fields, 'access') === 'some' &&
      scopesOf(fields).length === 0 && { scopes: 'Choose what it may do.' }),
    ...(!isRate(textOf(fields, 'rate_limit').trim()) && {
      rate_limit: `Requests a minute must be a whole number from 1 to ${MAX_RATE.toLocaleString('en')}.`,
    }),
  };
  const [first] = Object.values(missing);
  if (first !== undefined) throw new ApiError(first, { code: 'unfinished', fields: missing });
}

/** Nothing is as many as it likes. */
const isRate = (text: string): boolean =>
  text === '' || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_RATE);

const scopesOf = (fields: FormData): string[] => [
  ...fields.getAll('scope').map(String),
  ...wordsOf(fields, 'other_scopes'),
];

function bodyOf(fields: FormData): Body {
  const all = textOf(fields, 'access') !== 'some';
  const expiresAt = expiryOf(textOf(fields, 'expiry'), textOf(fields, 'expiry_date'));
  const ranges = wordsOf(fields, 'allowed_cidrs');
  const rate = textOf(fields, 'rate_limit').trim();
  return {
    token_name: textOf(fields, 'token_name'),
    scopes: all ? [EVERYTHING] : scopesOf(fields),
    ...(expiresAt !== null && { expires_at: expiresAt }),
    ...(ranges.length > 0 && { allowed_cidrs: ranges }),
    ...(rate !== '' && { rate_limit: Number(rate) }),
  };
}
