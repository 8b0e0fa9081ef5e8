import { useSearchParams } from 'wouter';

const HOME = '/settings';

/** Where to go after signing in: back to where one came from, but never to another site. */
export function useNextPage(): string {
  const [parameters] = useSearchParams();
  return pathOf(parameters.get('next') ?? HOME);
}

export function pathOf(next: string): string {
  const { origin } = window.location;
  const url = URL.canParse(next, origin) ? new URL(next, origin) : undefined;
  // `/.//elsewhere.example` is of this site, but its path by itself would be another's address.
  const isPath = next.startsWith('/') && url?.pathname.startsWith('//') === false;
  return isPath && url.origin === origin ? `${url.pathname}${url.search}` : HOME;
}
