import { Link } from 'wouter';
import { Notice } from './notice.js';
import type { Submission } from './use-submit.js';

/** Why a form was not accepted, where no field of it is to blame. @param fields those that say it themselves */
export function FormError({
  submission: { error, faultOf },
  fields,
}: {
  readonly submission: Submission;
  readonly fields: readonly string[];
}) {
  if (error === undefined || fields.some((field) => faultOf(field) !== undefined)) return null;
  return (
    <Notice look="failure">
      {error.message}
      {error.location !== undefined && (
        <p>
          <Link href={error.location.replace('/v1/current_user', '/settings')}>Show what it is about</Link>
        </p>
      )}
    </Notice>
  );
}
