import { useSyncExternalStore } from 'react';
import { Icon } from './icon.js';

const subscribe = (listener: () => void) => {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
};

export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {!online && (
        <p className="offline-banner">
          <Icon name="warning" /> You are offline. What you see may be out of date, and nothing can be
          changed.
        </p>
      )}
    </div>
  );
}
