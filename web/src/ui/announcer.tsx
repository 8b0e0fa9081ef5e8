import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { Icon } from './icon.js';

type Look = 'success' | 'failure';
type Announce = (text: string, look?: Look) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** @returns a function that says what has happened, to whoever sees and whoever listens */
export const useAnnounce = (): Announce => useContext(AnnounceContext);

/** Shows what happened last, until something else does or it is closed. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [last, setLast] = useState<{ text: string; look: Look; count: number }>();
  const announce = useCallback<Announce>((text, look = 'success') => {
    setLast((before) => ({ text, look, count: (before?.count ?? 0) + 1 }));
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="toasts">
        <div role="status">
          {last !== undefined && last.text !== '' && (
            <div key={last.count} className={`toast toast-${last.look}`}>
              <Icon name={last.look === 'success' ? 'check' : 'warning'} />
              <p>{last.text}</p>
              <button
                type="button"
                className="icon-button"
                aria-label="Close message"
                onClick={() => {
                  announce('');
                }}
              >
                <Icon name="close" />
              </button>
            </div>
          )}
        </div>
      </div>
    </AnnounceContext>
  );
}
