import { useCurrentUser } from '../session/session.js';
import { PageHeading } from '../ui/page-heading.js';
import { exactDate } from '../ui/time.js';

export function ProfilePage() {
  const user = useCurrentUser();
  return (
    <>
      <PageHeading level={2}>Profile</PageHeading>
      <section className="card">
        <dl className="facts">
          <dt>Name</dt>
          <dd>{user.name}</dd>
          <dt>Email</dt>
          <dd>{user.email}</dd>
          <dt>Member since</dt>
          <dd>
            <time dateTime={user.created_at}>{exactDate(user.created_at)}</time>
          </dd>
        </dl>
      </section>
    </>
  );
}
