import { Link, Redirect, useSearch } from 'wouter';
import { answerOf, api } from '../api/client.js';
import { Button } from '../ui/button.js';
import { Field, PasswordField } from '../ui/field.js';
import { FormError } from '../ui/form-error.js';
import { textOf, useSubmit } from '../ui/use-submit.js';
import { CardPage } from '../ui/card-page.js';
import { useNextPage } from './next-page.js';
import { enter, useSession } from './session.js';

export function SignUpPage() {
  const { session } = useSession();
  const next = useNextPage();
  const search = useSearch();
  const form = useSubmit(async (fields) => {
    const body = {
      name: textOf(fields, 'name'),
      email: textOf(fields, 'email'),
      password: textOf(fields, 'password'),
    };
    const { data } = await answerOf(api.POST('/v1/auth/register', { body }));
    await enter(data);
  });
  if (session?.user) return <Redirect to={next} replace />;
  return (
    <CardPage
      title="Create an account"
      footer={
        <p>
          You have one? <Link href={search ? `/sign-in?${search}` : '/sign-in'}>Sign in</Link>
        </p>
      }
    >
      <form onSubmit={form.onSubmit} className="stack" noValidate>
        <FormError submission={form} fields={['name', 'email', 'password']} />
        <Field label="Name" name="name" autoComplete="name" error={form.faultOf('name')} />
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
          autoComplete="new-password"
          hint="15 characters or more. Four random words make a good one."
          error={form.faultOf('password')}
        />
        <Button type="submit" look="primary" pending={form.pending}>
          Create account
        </Button>
      </form>
    </CardPage>
  );
}
