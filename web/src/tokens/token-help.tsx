/** The documentation's advice, where it is needed. */
export function TokenHelp() {
  return (
    <section className="card stack" aria-labelledby="token-help">
      <h3 id="token-help">Help</h3>
      <div className="help">
        <details>
          <summary>How do I use a token?</summary>
          <p>
            Send it in the <code>Authorization</code> header of each request, behind the word{' '}
            <code>Bearer</code>:
          </p>
          <pre>
            {`curl ${window.location.origin}/v1/current_user \\\n  -H "Authorization: Bearer YOUR_TOKEN_HERE"`}
          </pre>
          <p>
            The <a href="/docs">API documentation</a> has every request.
          </p>
        </details>
        <details>
          <summary>How do I keep tokens secure?</summary>
          <ul>
            <li>Treat your tokens like passwords, and keep them secret.</li>
            <li>Save them in a password manager or an encrypted storage.</li>
            <li>Always use HTTPS.</li>
            <li>Create new ones now and then, and delete the old ones.</li>
          </ul>
        </details>
        <details>
          <summary>When should I delete a token?</summary>
          <ul>
            <li>You no longer need the integration.</li>
            <li>You suspect that somebody else has it.</li>
            <li>You switch to a new token for the same purpose.</li>
            <li>You want to limit the access to your account.</li>
          </ul>
        </details>
        <details>
          <summary>What do the errors mean?</summary>
          <dl>
            <dt>“Token name is required.”</dt>
            <dd>Enter a name for your token before you create it.</dd>
            <dt>“Token name must be a string.”</dt>
            <dd>The name must be text, not a number or another type of data.</dd>
            <dt>“Unauthorized”</dt>
            <dd>
              Check that the token is complete and not deleted or expired, and that the word{' '}
              <code>Bearer</code> stands before it.
            </dd>
            <dt>The token does not work</dt>
            <dd>
              Check that you copied all of it, and that the address is right. If nothing helps, create a new
              one.
            </dd>
          </dl>
        </details>
      </div>
    </section>
  );
}
