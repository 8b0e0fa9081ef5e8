import { Button } from './button.js';
import { Notice } from './notice.js';

/** Something could not be loaded. It is tried again by itself, and at once on demand. */
export function LoadFailure({ what, retry }: { readonly what: string; readonly retry: () => void }) {
  return (
    <div className="load-failure">
      <Notice look="failure">
        Could not load {what}. The service does not answer as it should; this page keeps trying.
      </Notice>
      <Button onClick={retry}>Try again</Button>
    </div>
  );
}
