import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/api-error.js';

/** A field, a group of them, or what is said of the whole form. */
const AT_FAULT = '[aria-invalid="true"], [data-invalid], [role="alert"]';

export interface Submission {
  readonly pending: boolean;
  /** Why the last attempt failed. */
  readonly error: ApiError | undefined;
  /** What is wrong with a field, as the service named it. */
  readonly faultOf: (field: string) => string | undefined;
  readonly onSubmit: (event: SubmitEvent<HTMLFormElement>) => void;
}

/**
 * Sends a form once, however often its button is pressed. When it fails, what was typed stays, and the focus
 * goes to the field at fault.
 * @param send gets the fields, and the form to empty it; throws an ApiError where they are not accepted
 */
export function useSubmit(send: (fields: FormData, form: HTMLFormElement) => Promise<void>): Submission {
  const [error, setError] = useState<ApiError>();
  const [pending, setPending] = useState(false);
  const sending = useRef(false);
  const sent = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (error === undefined) return;
    sent.current?.querySelector<HTMLElement>(AT_FAULT)?.focus();
  }, [error]);

  const submit = async (form: HTMLFormElement): Promise<void> => {
    sending.current = true;
    sent.current = form;
    setPending(true);
    try {
      await send(new FormData(form), form);
      setError(undefined);
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason;
      setError(reason);
    } finally {
      sending.current = false;
      setPending(false);
    }
  };

  return {
    pending,
    error,
    faultOf: (field) => error?.fields[field],
    onSubmit: (event) => {
      event.preventDefault();
      if (!sending.current) void submit(event.currentTarget);
    },
  };
}

/** What was typed into a field. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}

/** What was typed into a field, word by word. */
export const wordsOf = (fields: FormData, name: string): string[] =>
  textOf(fields, name)
    .split(/[\s,]+/)
    .filter((word) => word !== '');
