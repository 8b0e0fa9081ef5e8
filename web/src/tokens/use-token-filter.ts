import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

/** Somebody who types on waits for nothing. */
const PAUSE_MS = 250;

export interface TokenSearch {
  /** As it is typed. */
  readonly text: string;
  /** What is searched for: in the address, so that it can be linked and reloaded. */
  readonly search: string;
  readonly setText: (text: string) => void;
}

export function useTokenSearch(): TokenSearch {
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get('search') ?? '';
  const [text, setText] = useState(search);
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === search) return;
    const timer = setTimeout(() => {
      setParameters(wanted === '' ? {} : { search: wanted }, { replace: true });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [wanted, search, setParameters]);
  return { text, search, setText };
}
