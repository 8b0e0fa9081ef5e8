import { Route, Switch } from 'wouter';
import { SignedIn } from '../session/signed-in.js';
import { TokenPage } from '../tokens/token-page.js';
import { PageHeading } from '../ui/page-heading.js';
import { SECTIONS } from './sections.js';
import { SettingsLayout } from './settings-layout.js';

export function SettingsPage() {
  return (
    <SignedIn>
      <SettingsLayout>
        <Switch>
          {SECTIONS.map(({ path, Page }) => (
            <Route key={path} path={path} component={Page} />
          ))}
          <Route path="/settings/tokens/:tokenId" component={TokenPage} />
          <Route>
            <PageHeading level={2}>Page not found</PageHeading>
            <p>There is nothing at this address. The link may be mistyped, or old.</p>
          </Route>
        </Switch>
      </SettingsLayout>
    </SignedIn>
  );
}
