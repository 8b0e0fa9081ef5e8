import { Link } from 'wouter';
import { CardPage } from './card-page.js';

export function NotFoundPage() {
  return (
    <CardPage title="Page not found" footer={<Link href="/settings">Go to your account settings</Link>}>
      <p>There is nothing at this address. The link may be mistyped, or old.</p>
    </CardPage>
  );
}
