import { useState } from 'react';
import { answerOf, api } from '../api/client.js';
import { useCurrentUser } from '../session/session.js';
import { Button } from '../ui/button.js';
import { PasswordField } from '../ui/field.js';
import { FormError } from '../ui/form-error.js';
import { Notice } from '../ui/notice.js';
import { PageHeading } from '../ui/page-heading.js';
import { textOf, useSubmit } from '../ui/use-submit.js';

export function PasswordPage() {
  const { email } = useCurrentUser();
  const [changes, setChanges] = useState(0);
  const form = useSubmit(async (fields, element) => {
    setChanges(0);
    const body = {
      current_password: textOf(fields, 'current_password'),
      new_password: textOf(fields, 'new_password'),
    };
    await answerOf(api.PUT('/v1/current_user/password', { body }));
    element.reset();
    setChanges(changes + 1);
  });
  return (
    <>
      <PageHeading level={2}>Password</PageHeading>
      <section className="card stack">
        <p className="muted">
          A new password signs you out everywhere else. Your tokens go on working: delete those that you no
          longer trust.
        </p>
        <div role="status">
          {changes > 0 && (
            <Notice look="success">Your password is changed. All your other sessions have ended.</Notice>
          )}
        </div>
        <form onSubmit={form.onSubmit} className="stack narrow" noValidate>
          <FormError submission={form} fields={['current_password', 'new_password']} />
          {/* Tells a password manager whose password this is. */}
          <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
          <PasswordField
            label="Current password"
            name="current_password"
            autoComplete="current-password"
            error={form.faultOf('current_password')}
          />
          <PasswordField
            label="New password"
            name="new_password"
            autoComplete="new-password"
            hint="15 characters or more. Four random words make a good one."
            error={form.faultOf('new_password')}
          />
          <Button type="submit" look="primary" pending={form.pending}>
            Change password
          </Button>
        </form>
      </section>
    </>
  );
}
