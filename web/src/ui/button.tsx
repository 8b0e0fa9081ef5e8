import type { ButtonHTMLAttributes } from 'react';

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  readonly look?: 'primary' | 'secondary' | 'danger' | 'danger-quiet' | 'quiet' | 'small';
  /** What it started is still under way. It keeps its size and the focus, and does nothing meanwhile. */
  readonly pending?: boolean;
}

export function Button({
  look = 'secondary',
  pending = false,
  type = 'button',
  children,
  onClick,
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      className={`button button-${look}`}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={pending ? undefined : onClick}
    >
      {children}
    </button>
  );
}
