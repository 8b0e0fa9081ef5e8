import { Link, Redirect, useSearch } from 'wouter';
import { answerOf, api } from '../api/client.js';
import { Button } from '../ui/button.js';
import { Field, PasswordField } from '../ui/field.js';
import { FormError } from '../ui/form-error.js';
import { Notice } from '../ui/notice.js';
import { textOf, useSubmit } from '../ui/use-submit.js';
import { CardPage } from '../ui/card-page.js';
import { useNextPage } from './next-page.js';
import { enter, useSession } from './session.js';

export function SignInPage() {
  const { session } = useSession();
  const next = useNextPage();
  const form = useSubmit(async (fields) => {
    const body = { email: textOf(fields, 'email'), password: textOf(fields, 'password') };
    const { data } = await answerOf(api.POST('/v1/auth/login', { body }));
    await enter(data);
  });
  if (session?.user) return <Redirect to={next} replace />;
  return (
    <CardPage title="Sign in" footer={<SignUpLink open={session?.registration_open} />}>
      {session?.ended === true && <Notice>Your session has ended. Sign in to go on where you were.</Notice>}
      <form onSubmit={form.onSubmit} className="stack" noValidate>
        <FormError submission={form} fields={['email', 'password']} />
        <Field
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          error={form.faultOf('email')}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          error={form.faultOf('password')}
        />
        <Button type="submit" look="primary" pending={form.pending}>
          Sign in
        </Button>
      </form>
    </CardPage>
  );
}

/** @param open undefined until it is known */
function SignUpLink({ open }: { readonly open: boolean | undefined }) {
  const search = useSearch();
  if (open === undefined) return <p>&nbsp;</p>;
  if (!open) return <p>You need an account? Ask whoever runs this service.</p>;
  return (
    <p>
      New here? <Link href={search ? `/sign-up?${search}` : '/sign-up'}>Create an account</Link>
    </p>
  );
}
