import { createContext, useContext } from 'react';
import useSWR, { mutate } from 'swr';
import { ApiError } from '../api/api-error.js';
import { answerOf, api, onSignInNeeded } from '../api/client.js';
import type { components } from '../api/schema.js';

export type User = components['schemas']['UserBody'];
type Session = components['schemas']['SessionBody'];

const KEY = '/v1/auth/session';

/** Who is signed in. The session is undefined until the service has said it. */
export function useSession() {
  const {
    data,
    error,
    mutate: ask,
  } = useSWR<Session, unknown>(KEY, async () => (await answerOf(api.GET(KEY))).data);
  return { session: data, failed: data === undefined && error !== undefined, retry: () => void ask() };
}

/** Changes what is known of the session, once something is. */
const change = (by: Partial<Session>): Promise<unknown> =>
  mutate<Session>(KEY, (before) => before && { ...before, ...by }, { revalidate: false });

export const enter = (user: User): Promise<unknown> => change({ user, ended: false });

/** @throws ApiError where the session may live on */
export async function signOut(): Promise<void> {
  await answerOf(api.POST('/v1/auth/logout')).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.needsSignIn)) throw error;
  });
  await change({ user: null, ended: false });
}

// It has ended by itself, or elsewhere.
onSignInNeeded(() => void change({ user: null, ended: true }));

/** Whoever is signed in, for all pages that need somebody. */
export const CurrentUser = createContext<User | undefined>(undefined);

export function useCurrentUser(): User {
  const user = useContext(CurrentUser);
  if (user === undefined) throw new Error('This page is for people who are signed in.');
  return user;
}
