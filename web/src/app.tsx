import { SWRConfig, type SWRConfiguration } from 'swr';
import { Redirect, Route, Switch } from 'wouter';
import { SECTIONS } from './account/sections.js';
import { SettingsPage } from './account/settings-page.js';
import { ApiError } from './api/api-error.js';
import { SignInPage } from './session/sign-in-page.js';
import { SignUpPage } from './session/sign-up-page.js';
import { NewTokenProvider } from './tokens/new-token-provider.js';
import { Announcer } from './ui/announcer.js';
import { NotFoundPage } from './ui/not-found-page.js';
import { OfflineBanner } from './ui/offline-banner.js';

const SERVER_STATE: SWRConfiguration<unknown, unknown> = {
  // What the service has refused it will refuse again.
  shouldRetryOnError: (error) => !(error instanceof ApiError) || (error.status ?? 500) >= 500,
  errorRetryInterval: 3000,
};

export function App() {
  return (
    <SWRConfig value={SERVER_STATE}>
      <Announcer>
        <OfflineBanner />
        <NewTokenProvider>
          <Switch>
            <Route path="/sign-in" component={SignInPage} />
            <Route path="/sign-up" component={SignUpPage} />
            <Route path={/^\/(settings)?$/}>
              <Redirect to={SECTIONS[0].path} replace />
            </Route>
            <Route path="/settings/*" component={SettingsPage} />
            <Route component={NotFoundPage} />
          </Switch>
        </NewTokenProvider>
      </Announcer>
    </SWRConfig>
  );
}
