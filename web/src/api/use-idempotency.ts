import { useRef } from 'react';
import { ApiError } from './api-error.js';

interface Attempt<T> {
  readonly asked: string;
  readonly body: T;
  readonly key: string;
}

/**
 * Sends the same body under the same key when the same is asked again because nobody knows what became of it:
 * the service then does it once.
 * @returns a function that sends; it gets what is asked for, as one text, how to make the body, and how to send it
 */
export function useIdempotency<T>() {
  const last = useRef<Attempt<T>>(undefined);
  return async <R>(
    asked: string,
    make: () => T,
    send: (body: T, header: { 'Idempotency-Key': string }) => Promise<R>,
  ): Promise<R> => {
    if (last.current?.asked !== asked) last.current = { asked, body: make(), key: newKey() };
    const { body, key } = last.current;
    try {
      const answer = await send(body, { 'Idempotency-Key': key });
      last.current = undefined;
      return answer;
    } catch (error) {
      // It has been done: asking once more means another one.
      if (error instanceof ApiError && error.code === 'idempotency_replayed') last.current = undefined;
      throw error;
    }
  };
}

/** `randomUUID` is only there on https. */
const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');
