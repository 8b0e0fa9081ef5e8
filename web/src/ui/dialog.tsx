import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** Asked for by Escape. */
  readonly onClose: () => void;
  /** For what must not be lost by a slip: the browser may not close it, only `onClose` decides. */
  readonly guarded?: boolean;
}

/**
 * A modal dialog, open as long as it is there: the browser traps the focus, and gives it back in the end.
 */
export function Dialog({ title, children, onClose, guarded = false }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  };
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      className="dialog"
      // Otherwise a second Escape would close it whatever the page says.
      closedby={guarded ? 'none' : 'closerequest'}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog-body stack">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
