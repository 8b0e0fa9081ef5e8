import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { operations } from '../api/schema.js';

type Query = NonNullable<operations['listTokens']['parameters']['query']>;

/** Which tokens to list, and in which order. */
export type TokenFilter = Pick<Query, 'search' | 'state' | 'sort' | 'direction'>;

/** Somebody who types on waits for nothing. */
const PAUSE_MS = 250;

export const STATES = { '': 'All', active: 'Active', expired: 'Expired' } as const;
export const SORTS = {
  '': 'Newest first',
  last_used_at: 'Last used first',
  name: 'By name',
  expires_at: 'Expiring first',
} as const;

const isChoice = <T extends object>(texts: T, key: string): key is Exclude<keyof T & string, ''> =>
  key !== '' && Object.hasOwn(texts, key);

/** What the list shows. It is in the address, so that it can be linked and reloaded. */
export function useTokenFilter() {
  const [parameters, setParameters] = useSearchParams();
  const [search, state, sort] = ['search', 'state', 'sort'].map((name) => parameters.get(name) ?? '');
  const [text, setText] = useState(search ?? '');
  const set = (name: string, value: string) => {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  const typed = text.trim();
  useEffect(() => {
    if (typed === search) return;
    const timer = setTimeout(() => {
      set('search', typed);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  });
  const showAll = () => {
    setText('');
    setParameters({}, { replace: true });
  };
  return { filter: filterOf(search ?? '', state ?? '', sort ?? ''), text, setText, set, showAll };
}

export type TokenFilterControl = ReturnType<typeof useTokenFilter>;

function filterOf(search: string, state: string, sort: string): TokenFilter {
  const filter: TokenFilter = {};
  if (search !== '') filter.search = search;
  if (isChoice(STATES, state)) filter.state = state;
  if (isChoice(SORTS, sort)) {
    filter.sort = sort;
    filter.direction = sort === 'last_used_at' ? 'desc' : 'asc';
  }
  return filter;
}

export const isNarrowed = ({ search, state }: TokenFilter): boolean =>
  search !== undefined || state !== undefined;
