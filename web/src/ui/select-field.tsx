import { type SelectHTMLAttributes, useId } from 'react';
import { FieldAbout } from './field-about.js';

interface Props extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'id'> {
  readonly label: string;
  /** What is sent, and what is shown for it. */
  readonly options: Readonly<Record<string, string>>;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** For screen readers only. */
  readonly labelHidden?: boolean;
}

export function SelectField({ label, options, hint, error, labelHidden = false, ...rest }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <select
        {...rest}
        id={id}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={`${id}-about`}
      >
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <FieldAbout id={`${id}-about`} hint={hint} error={error} />
    </div>
  );
}
