import { answerOf, api } from '../api/client.js';
import { useCurrentUser } from '../session/session.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { FormError } from '../ui/form-error.js';
import { textOf, useSubmit } from '../ui/use-submit.js';
import { draftOf, keepDraft } from './draft.js';
import { useShowNewToken } from './new-token-provider.js';

/** @param onCreated called when there is a token that the list does not have */
export function CreateTokenForm({ onCreated }: { readonly onCreated: () => void }) {
  const { id: userId } = useCurrentUser();
  const show = useShowNewToken();
  const form = useSubmit(async (fields, element) => {
    const name = textOf(fields, 'token_name');
    const request = api.POST('/v1/current_user/tokens/create', { body: { token_name: name } });
    const { data } = await answerOf(request);
    keepDraft(userId, '');
    element.reset();
    show({ name: name.trim(), plainText: data.token });
    onCreated();
  });
  return (
    <section className="card stack" aria-labelledby="create-token">
      <h3 id="create-token">Create a token</h3>
      <form onSubmit={form.onSubmit} className="stack" noValidate>
        <FormError submission={form} fields={['token_name']} />
        <div className="inline-form">
          <Field
            label="Token name"
            name="token_name"
            autoComplete="off"
            defaultValue={draftOf(userId)}
            hint="What will use it? You will know it by this name later."
            error={form.faultOf('token_name')}
            onChange={(event) => {
              keepDraft(userId, event.currentTarget.value);
            }}
          />
          <Button type="submit" look="primary" pending={form.pending}>
            Create Token
          </Button>
        </div>
      </form>
      <NamingAdvice />
    </section>
  );
}

const GOOD = ['Mobile App v2.1', 'Automation Script - Project Updates', 'Integration with Slack'];
const BAD = ['token1', 'test'];

function NamingAdvice() {
  return (
    <div className="naming">
      <p id="good-names">Good names</p>
      <ul aria-labelledby="good-names">
        {GOOD.map((name) => (
          <li key={name} className="chip chip-good">
            {name}
          </li>
        ))}
      </ul>
      <p id="bad-names">Not so good</p>
      <ul aria-labelledby="bad-names">
        {BAD.map((name) => (
          <li key={name} className="chip chip-bad">
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}
