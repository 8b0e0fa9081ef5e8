import type { RefObject } from 'react';
import { Button } from './button.js';
import { Icon } from './icon.js';

interface Props {
  readonly label: string;
  /** Holds what is copied. */
  readonly source: RefObject<HTMLInputElement | HTMLTextAreaElement | null>;
  readonly look?: 'primary' | 'secondary';
  readonly onCopied: () => void;
  /** The browser does not let the page copy, as on plain http: the field is selected instead. */
  readonly onRefused: () => void;
}

export function CopyButton({ label, source, look = 'secondary', onCopied, onRefused }: Props) {
  const copy = async (): Promise<void> => {
    const field = source.current;
    if (field === null) return;
    try {
      await navigator.clipboard.writeText(field.value);
      onCopied();
    } catch {
      field.focus();
      field.select();
      onRefused();
    }
  };
  return (
    <Button look={look} onClick={() => void copy()}>
      <Icon name="copy" /> {label}
    </Button>
  );
}
