import { useState } from 'react';
import { Field } from '../ui/field.js';
import { FieldAbout } from '../ui/field-about.js';
import { textOf } from '../ui/use-submit.js';
import { KNOWN_SCOPES } from './scopes.js';

interface Props {
  readonly draft: FormData;
  readonly faultOf: (field: string) => string | undefined;
}

/** What a new token may do, from where, and how often: out of the way of those who do not care. */
export function RightsFields({ draft, faultOf }: Props) {
  const [open, setOpen] = useState(false);
  const [some, setSome] = useState(textOf(draft, 'access') === 'some');
  const [scopes, ranges, rate] = [faultOf('scopes'), faultOf('allowed_cidrs'), faultOf('rate_limit')];
  return (
    <details
      className="rights"
      open={open || some || [scopes, ranges, rate].some((fault) => fault !== undefined)}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>Limit what it may do, from where, and how often</summary>
      <div className="stack">
        <fieldset
          className="stack-s"
          aria-describedby="scopes-about"
          data-invalid={scopes === undefined ? undefined : true}
          tabIndex={-1}
        >
          <legend>It may do</legend>
          <label className="choice">
            <input
              type="radio"
              name="access"
              value="all"
              checked={!some}
              onChange={() => {
                setSome(false);
              }}
            />
            <span>Everything you may do</span>
          </label>
          <label className="choice">
            <input
              type="radio"
              name="access"
              value="some"
              checked={some}
              onChange={() => {
                setSome(true);
              }}
            />
            <span>Only some of it</span>
          </label>
          {some && <ScopeChoices draft={draft} />}
          <FieldAbout id="scopes-about" error={scopes} />
        </fieldset>
        <Field
          label="Allowed addresses"
          name="allowed_cidrs"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={textOf(draft, 'allowed_cidrs')}
          hint="Empty means from anywhere. Otherwise addresses or ranges, with spaces between them: 203.0.113.7 2001:db8::/32"
          error={ranges}
        />
        <Field
          label="Requests a minute"
          name="rate_limit"
          inputMode="numeric"
          autoComplete="off"
          defaultValue={textOf(draft, 'rate_limit')}
          hint="Empty means as many as it likes. A token with a limit cannot create tokens."
          error={rate}
        />
      </div>
    </details>
  );
}

function ScopeChoices({ draft }: { readonly draft: FormData }) {
  return (
    <div className="choices stack-s">
      {[...KNOWN_SCOPES].map(([scope, meaning]) => (
        <label key={scope} className="choice">
          <input
            type="checkbox"
            name="scope"
            value={scope}
            defaultChecked={draft.getAll('scope').includes(scope)}
          />
          <span>
            <code>{scope}</code> {meaning}
          </span>
        </label>
      ))}
      <Field
        label="Other scopes"
        name="other_scopes"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={textOf(draft, 'other_scopes')}
        hint="Names that your services define, with spaces between them: projects:read deploy:*"
      />
    </div>
  );
}
