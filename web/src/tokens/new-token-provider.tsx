import { createContext, type ReactNode, useContext, useState } from 'react';
import { type NewToken, NewTokenDialog } from './new-token-dialog.js';

const ShowNewToken = createContext<(token: NewToken) => void>(() => undefined);

export const useShowNewToken = () => useContext(ShowNewToken);

/**
 * Shows a new token, above whatever page is open, until its owner says that it is saved. It is kept nowhere
 * else, and forgotten then.
 */
export function NewTokenProvider({ children }: { readonly children: ReactNode }) {
  const [token, setToken] = useState<NewToken>();
  return (
    <ShowNewToken value={setToken}>
      {children}
      {token !== undefined && (
        <NewTokenDialog
          token={token}
          onDone={() => {
            setToken(undefined);
          }}
        />
      )}
    </ShowNewToken>
  );
}
