import { type InputHTMLAttributes, type ReactNode, useId, useState } from 'react';
import { FieldAbout } from './field-about.js';
import { Icon } from './icon.js';

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'id'> {
  readonly label: string;
  readonly name: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Stands in the field, behind the text. */
  readonly addition?: ReactNode;
}

/** A labelled text field, with its hint and what is wrong with it. */
export function Field({ label, hint, error, addition, type = 'text', ...rest }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        <input
          {...rest}
          id={id}
          type={type}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={`${id}-about`}
        />
        {addition}
      </div>
      <FieldAbout id={`${id}-about`} hint={hint} error={error} />
    </div>
  );
}

/** Pasting and password managers work; what was typed can be looked at. */
export function PasswordField({ label, ...rest }: Omit<Props, 'type' | 'addition'>) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...rest}
      label={label}
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      addition={
        <button
          type="button"
          className="icon-button"
          aria-label={`Show ${label.toLowerCase()}`}
          aria-pressed={shown}
          onClick={() => {
            setShown(!shown);
          }}
        >
          <Icon name={shown ? 'eye-off' : 'eye'} />
        </button>
      }
    />
  );
}
