import { Button } from '../ui/button.js';
import { Icon } from '../ui/icon.js';

export function NoTokens() {
  return (
    <div className="empty">
      <span className="empty-mark">
        <Icon name="key" />
      </span>
      <h4>No tokens yet</h4>
      <p>
        A personal access token is what a script, a tool or an integration shows instead of your password.
        Give each its own, so that you can see when it was last used, and delete it without disturbing the
        others.
      </p>
      <p>Name your first one above.</p>
    </div>
  );
}

export function NoMatch({ onShowAll }: { readonly onShowAll: () => void }) {
  return (
    <div className="empty">
      <h4>No token found</h4>
      <p>None of your tokens is like that.</p>
      <Button onClick={onShowAll}>Show all tokens</Button>
    </div>
  );
}
