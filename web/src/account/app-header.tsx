import { useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError } from '../api/api-error.js';
import { signOut, useCurrentUser } from '../session/session.js';
import { useAnnounce } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { Logo } from '../ui/logo.js';

export function AppHeader() {
  const user = useCurrentUser();
  return (
    <header className="app-header">
      <div className="app-header-inner">
        <Logo />
        <a href="/docs" className="app-header-link">
          API documentation
        </a>
        <span className="app-header-user" title={user.email}>
          {user.name}
        </span>
        <SignOutButton />
      </div>
    </header>
  );
}

function SignOutButton() {
  const [pending, setPending] = useState(false);
  const [, navigate] = useLocation();
  const announce = useAnnounce();
  const leave = async (): Promise<void> => {
    setPending(true);
    try {
      await signOut();
      navigate('/sign-in', { replace: true });
      announce('You have signed out.');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      announce(`You are still signed in. ${error.message}`, 'failure');
    } finally {
      setPending(false);
    }
  };
  return (
    <Button look="quiet" pending={pending} onClick={() => void leave()}>
      Sign out
    </Button>
  );
}
