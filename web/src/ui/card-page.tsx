import type { ReactNode } from 'react';
import { Logo } from './logo.js';
import { PageHeading } from './page-heading.js';
import { PageFooter } from './page-footer.js';

/** A page for people who are not signed in yet. */
export function CardPage({
  title,
  children,
  footer,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly footer: ReactNode;
}) {
  return (
    <div className="card-page">
      <main id="content" className="card-page-main">
        <Logo />
        <div className="card stack">
          <PageHeading level={1}>{title}</PageHeading>
          {children}
        </div>
        <div className="card-page-footer">{footer}</div>
      </main>
      <PageFooter />
    </div>
  );
}
