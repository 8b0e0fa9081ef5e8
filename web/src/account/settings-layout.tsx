import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { PageFooter } from '../ui/page-footer.js';
import { AppHeader } from './app-header.js';
import { SECTIONS } from './sections.js';

/** Account settings: the sections on one side, the one that is open on the other. */
export function SettingsLayout({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  return (
    <div className="app">
      <a href="#content" className="skip-link">
        Skip to content
      </a>
      <AppHeader />
      <main className="settings">
        <h1 className="settings-title">Account settings</h1>
        <nav aria-label="Account settings" className="settings-nav">
          <ul>
            {SECTIONS.map(({ path, title }) => (
              <li key={path}>
                <Link href={path} aria-current={isIn(path, location)}>
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div id="content" tabIndex={-1} className="settings-content stack-l">
          {children}
        </div>
      </main>
      <PageFooter />
    </div>
  );
}

/** Of the section itself, or of one that contains it. */
function isIn(path: string, location: string): 'page' | true | undefined {
  if (location === path) return 'page';
  return location.startsWith(`${path}/`) ? true : undefined;
}
