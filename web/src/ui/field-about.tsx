import type { ReactNode } from 'react';
import { Icon } from './icon.js';

interface Props {
  /** For the field's `aria-describedby`. */
  readonly id: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

/** What is wrong with a field, and what it is for. */
export function FieldAbout({ id, hint, error }: Props) {
  return (
    <div id={id} className="field-about">
      {error !== undefined && (
        <p className="field-error">
          <Icon name="warning" /> {error}
        </p>
      )}
      {hint !== undefined && <p className="field-hint">{hint}</p>}
    </div>
  );
}
