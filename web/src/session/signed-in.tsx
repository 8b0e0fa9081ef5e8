import type { ReactNode } from 'react';
import { SWRConfig } from 'swr';
import { Redirect, useLocation, useSearch } from 'wouter';
import { LoadFailure } from '../ui/load-failure.js';
import { PageSkeleton } from '../ui/skeleton.js';
import { CurrentUser, useSession } from './session.js';

/** What only somebody who is signed in may see; all others are sent to sign in, and come back. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const { session, failed, retry } = useSession();
  const [path] = useLocation();
  const search = useSearch();
  if (failed) return <LoadFailure what="your account" retry={retry} />;
  if (session === undefined) return <PageSkeleton />;
  if (session.user === null) {
    return (
      <Redirect to={`/sign-in?next=${encodeURIComponent(search ? `${path}?${search}` : path)}`} replace />
    );
  }
  return (
    // What is loaded for one person is forgotten with their session.
    <SWRConfig key={session.user.id} value={{ provider: () => new Map() }}>
      <CurrentUser value={session.user}>{children}</CurrentUser>
    </SWRConfig>
  );
}
